package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.server.LoopServer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a server holds for its connections, counted while it runs, and what the process holds of the system for them. Once
 * they have ended, each count has to be what it was before they came.
 */
final class Leftovers {

    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /**
     * The counts.
     *
     * @param connections of the server, whatever their state
     * @param buffers that the loops' pools have lent
     * @param handoffBytes that the loops have lent to other threads
     * @param timers that the loops' wheels hold
     * @param sockets of this process: both ends of each connection, since both are here
     */
    record Count(int connections, int buffers, long handoffBytes, int timers, int sockets) {

        /** Sockets that a test before this one has left to the garbage collector may go meanwhile. */
        private boolean isWithin(final Count before) {
            return connections == before.connections
                    && buffers == before.buffers
                    && timers == before.timers
                    && sockets <= before.sockets;
        }

        private Count plus(final Count other) {
            return new Count(
                    connections + other.connections,
                    buffers + other.buffers,
                    handoffBytes + other.handoffBytes,
                    timers + other.timers,
                    sockets + other.sockets);
        }
    }

    private final CheckedServer server;
    private final Count before;

    /** Counts what there is before the first connection. */
    Leftovers(final CheckedServer server) throws IOException {
        this.server = server;
        // The first connection of all costs the JDK a socket pair, which stays.
        try (RawPeer first = server.connect()) {
            first.send("GET /nothing HTTP/1.0\r\n\r\n").readToEnd();
        }
        awaitNoConnection();
        // The descriptor of a closed channel is given back by the selector, which has been passed once between two
        // counts.
        before = now();
    }

    private void awaitNoConnection() {
        final long endNs = System.nanoTime() + WAIT_NS;
        while (now().connections > 0) {
            assertThat(System.nanoTime()).as("the first connection ends").isLessThan(endNs);
        }
    }

    /** {@return what there is now} */
    Count now() {
        Count all = new Count(0, 0, 0, 0, 0);
        for (final LoopServer each : server.server().loops().servers()) {
            all = all.plus(onLoop(each));
        }
        // Last: the selectors have been passed by then.
        return all.plus(new Count(0, 0, 0, 0, sockets()));
    }

    private static Count onLoop(final LoopServer of) {
        final EventLoop loop = of.loop();
        final CompletableFuture<Count> counted = new CompletableFuture<>();
        assertThat(loop.execute(() -> counted.complete(new Count(
                        of.connectionCount(),
                        loop.pool().lent(),
                        loop.handoff().lentBytes(),
                        loop.timers().count(),
                        0))))
                .as("the loop takes a command")
                .isTrue();
        return counted.orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** Waits until there is no more than before. The test's own ends of the connections have to be closed. */
    void awaitNone(final String whose) {
        final long endNs = System.nanoTime() + WAIT_NS;
        Count now = now();
        while (!now.isWithin(before)) {
            assertThat(System.nanoTime())
                    .as("what is left of " + whose + ": " + now + " rather than " + before)
                    .isLessThan(endNs);
            now = now();
        }
    }

    /** {@return how many sockets this process has; 0 where the system does not tell} */
    private static int sockets() {
        int count = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (final Path descriptor : descriptors) {
                if (isSocket(descriptor)) {
                    count++;
                }
            }
        } catch (final IOException e) {
            return 0;
        }
        return count;
    }

    private static boolean isSocket(final Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (final IOException e) {
            // Closed meanwhile, as the one is by which the folder is read.
            return false;
        }
    }
}
