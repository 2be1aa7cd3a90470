package io.godwit.bench.stress;

import io.godwit.bench.memory.MemoryTransport;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.session.Opening;
import io.godwit.reactor.session.Sessions;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A loop with a thread of its own, for as long as the process lives, and the WebSocket connections on it. Any thread. */
final class RunningLoop {

    private final EventLoop loop = Loops.openFor(1_000_000);
    private final Sessions sessions;
    private long lastId;

    RunningLoop() {
        final Thread thread = new Thread(loop, loop.roleName());
        thread.setDaemon(true);
        thread.start();
        sessions = compute(() -> new Sessions(loop, Timeouts.DEFAULT, null));
    }

    /**
     * Opens a connection, and tells its handler.
     *
     * @param handler of this connection alone
     * @param transport its peer
     */
    void connect(final WebSocketHandler handler, final MemoryTransport transport) {
        compute(() -> {
            sessions.open(
                    Loops.connection(loop, ++lastId, transport),
                    new Opening(Endpoint.of(handler), "/", null, null, null));
            return null;
        });
    }

    /** {@return what the loop has computed, once it has come to that} */
    <T> T compute(final Supplier<T> computation) {
        final CompletableFuture<T> computed = new CompletableFuture<>();
        while (!loop.execute(() -> complete(computed, computation))) {
            Thread.onSpinWait();
        }
        return computed.join();
    }

    private static <T> void complete(final CompletableFuture<T> computed, final Supplier<T> computation) {
        try {
            computed.complete(computation.get());
        } catch (final RuntimeException e) {
            computed.completeExceptionally(e);
        }
    }
}
