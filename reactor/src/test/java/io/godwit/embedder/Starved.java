package io.godwit.embedder;

import io.godwit.reactor.WebSocketServer;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** Starts a server with no descriptor left, then with one, and so on until it starts, and counts what each failure leaves. */
public final class Starved {

    private static final Path OWN = Path.of("/proc/self/fd");

    private Starved() {}

    /** How long the JVM may need what it has opened for itself. */
    private static final long TRANSIENT_NS = TimeUnit.SECONDS.toNanos(5);

    /**
     * Prints what was left open, or that nothing was.
     *
     * @param args none
     * @throws Exception if anything fails
     */
    public static void main(final String[] args) throws Exception {
        // What a start loads is loaded before.
        try (WebSocketServer server = server()) {
            server.start();
        }
        SocketChannel.open().close();
        final ArrayDeque<FileChannel> hoard = new ArrayDeque<>();
        int failures = 0;
        for (int free = 0; ; free++) {
            fill(hoard);
            for (int i = 0; i < free; i++) {
                hoard.pop().close();
            }
            final WebSocketServer server = server();
            final int before = openOf(hoard);
            try {
                server.start();
                server.close();
                break;
            } catch (final IOException e) {
                failures++;
            }
            final int left = leftOf(hoard, before);
            // Fewer are no leak: the JVM lets go of some of its own when it likes.
            if (left > 0) {
                System.out.println(left + " left open after a start with " + free + " descriptors");
                return;
            }
        }
        System.out.println(failures > 8 ? "nothing is left" : "it has failed only " + failures + " times");
    }

    private static WebSocketServer server() {
        return WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .listen("127.0.0.2", 0)
                .options(ServerOptions.DEFAULT.withThreads(Threads.DEFAULT.withLoops(3)))
                .endpoint("/", WebSocketHandler.echo())
                .build();
    }

    private static void fill(final ArrayDeque<FileChannel> hoard) {
        try {
            while (true) {
                hoard.push(FileChannel.open(Path.of("/dev/null")));
            }
        } catch (final IOException e) {
            // There is none left.
        }
    }

    /** {@return how many more are open now; what the JVM has opened for a moment, by a thread of its own, does not count} */
    private static int leftOf(final ArrayDeque<FileChannel> hoard, final int before) throws IOException {
        final long endNs = System.nanoTime() + TRANSIENT_NS;
        int left;
        do {
            left = openOf(hoard) - before;
        } while (left > 0 && System.nanoTime() - endNs < 0);
        return left;
    }

    /** To look takes a descriptor itself, which the hoard gives. */
    private static int openOf(final ArrayDeque<FileChannel> hoard) throws IOException {
        final boolean lent = !hoard.isEmpty();
        if (lent) {
            hoard.pop().close();
        }
        final String[] names = new File(OWN.toString()).list();
        if (lent) {
            hoard.push(FileChannel.open(Path.of("/dev/null")));
        }
        return names == null ? -1 : names.length;
    }
}
