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

/** Starts a server with no descriptor left, then with one, and so on until it starts, and counts what each failure leaves. */
public final class Starved {

    private static final Path OWN = Path.of("/proc/self/fd");

    private Starved() {}

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
            final int left = openOf(hoard) - before;
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
