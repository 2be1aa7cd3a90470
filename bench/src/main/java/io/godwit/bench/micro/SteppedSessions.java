package io.godwit.bench.micro;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.session.Opening;
import io.godwit.reactor.session.Sessions;
import io.godwit.reactor.worker.WorkerPool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A loop that the calling thread drives, with the WebSocket connections on it, whose peers are in memory, and one worker.
 * No Ping comes between, and no limit of rates: a peer in memory is faster than any that they are meant for.
 */
final class SteppedSessions {

    private static final Duration END = Duration.ofSeconds(10);
    private static final Timeouts FAR_OFF =
            Timeouts.DEFAULT.withIdle(Duration.ofDays(2)).withKeepAlive(Duration.ofDays(1), Duration.ofDays(1));

    private final EventLoop loop;
    private final Sessions sessions;
    private final WorkerPool workers;
    private final List<Connection> connections = new ArrayList<>();
    private int ended;

    /**
     * Starts without connections.
     *
     * @param connectionsMax how many there may be
     * @throws IOException if there is no selector
     */
    SteppedSessions(final int connectionsMax) throws IOException {
        loop = new EventLoop("stepped", LoopOptions.forConnections(connectionsMax), System::nanoTime);
        workers = new WorkerPool(1, connectionsMax, (name, thrown) -> false);
        workers.start();
        sessions = new Sessions(loop, FAR_OFF, workers);
        // From now on the calling thread is the loop's.
        cycle();
    }

    /**
     * Opens a connection.
     *
     * @param endpoint what serves it
     * @return its peer
     * @throws IOException never, as it has no socket
     */
    CountingPeer connect(final Endpoint endpoint) throws IOException {
        if (Sessions.onWorkers(endpoint) && !workers.enter()) {
            throw new IllegalStateException("more connections than there may be");
        }
        final CountingPeer peer = new CountingPeer();
        final Connection connection = new Connection(loop, connections.size() + 1, peer.transport(), gone -> ended++);
        connections.add(connection);
        final Endpoint unlimited = endpoint.withLimits(endpoint.limits().withRate(Rates.UNREACHED));
        sessions.open(connection, new Opening(unlimited, "/", null, null, null));
        return peer;
    }

    /** {@return how much the loop did, without waiting} */
    int cycle() throws IOException {
        return loop.cycle(0);
    }

    /** Has the loop sleep in its selector until it is woken, and do what it was woken for; or do what there is to do. */
    void sleepOrCycle() throws IOException {
        loop.cycle(Long.MAX_VALUE);
    }

    /** Ends the connections, the worker and the loop; nothing must be left of them. */
    void close() throws IOException, InterruptedException {
        connections.forEach(connection -> connection.abort(null));
        final long endNs = System.nanoTime() + END.toNanos();
        while (ended < connections.size() && System.nanoTime() < endNs) {
            cycle();
        }
        workers.shutdown();
        if (!workers.awaitEnd(END) || ended < connections.size() || holdsMemory()) {
            throw new IllegalStateException(connections.size() - ended + " connections, the worker or memory are left");
        }
        loop.onClose();
    }

    private boolean holdsMemory() {
        return loop.pool().lent() > 0 || loop.handoff().lentBytes() > 0;
    }
}
