package io.godwit.bench.stress;

import io.godwit.bench.memory.MemoryTransport;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** An open WebSocket connection without a socket, on a loop that really runs, for other threads to call. */
final class StressedSession implements WebSocketHandler {

    private static final RunningLoop LOOP = new RunningLoop();
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    private final TakingPeer peer = new TakingPeer();
    private final MemoryTransport transport = new MemoryTransport(peer);
    private WebSocket ws;
    private int closes;

    StressedSession() {
        LOOP.connect(this, transport);
    }

    @Override
    public void onOpen(final WebSocket socket) {
        ws = socket;
    }

    @Override
    public void onClose(final WebSocket socket, final int code, final String reason) {
        closes++;
    }

    WebSocket ws() {
        return ws;
    }

    /** {@return all messages that have left, in their order, and a full stop for Close; "lost" where Close never came} */
    String transcript() {
        ws.close();
        final boolean ended = await(() -> peer.taken().endsWith("."));
        ws.abort();
        return ended ? LOOP.compute(peer::taken) : "lost";
    }

    /** {@return how often onClose has come, after the end; -1 where that did not come} */
    int closes() {
        return await(transport::isClosed) ? LOOP.compute(() -> closes) : -1;
    }

    /** Each look at the condition is a turn of the loop, so that it is not kept from its work. */
    private static boolean await(final BooleanSupplier condition) {
        final long endNs = System.nanoTime() + PATIENCE_NS;
        while (!LOOP.compute(condition::getAsBoolean)) {
            if (System.nanoTime() > endNs) {
                return false;
            }
        }
        return true;
    }
}
