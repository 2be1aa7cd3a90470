package io.godwit.reactor.server;

import io.godwit.reactor.endpoint.Upgrade;
import io.godwit.reactor.endpoint.UpgradeRequest;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.worker.WorkerPool;
import java.util.concurrent.CompletableFuture;

/** Has a handler that runs on workers decide there on an opening handshake. */
final class UpgradeOnWorkers {

    private UpgradeOnWorkers() {}

    /**
     * Asks. On the loop; does not wait.
     *
     * @param workers runs onUpgrade, in its turn
     * @param handler decides
     * @param request of the client
     * @return a decision that comes later; or to refuse, where too many wait for the workers already
     */
    static Upgrade ask(final WorkerPool workers, final WebSocketHandler handler, final UpgradeRequest request) {
        final CompletableFuture<Upgrade> decision = new CompletableFuture<>();
        final Upgrade later = Upgrade.later(decision);
        final Runnable turn = () -> {
            try {
                decide(handler.onUpgrade(request), decision);
            } catch (final Throwable t) {
                decision.completeExceptionally(t);
            } finally {
                workers.leave();
            }
        };
        // Last, when nothing more is allocated: a place that is taken has to be left by the turn.
        if (!workers.enter()) {
            return Upgrade.refuse(HttpAnswers.FULL);
        }
        workers.execute(turn);
        return later;
    }

    private static void decide(final Upgrade upgrade, final CompletableFuture<Upgrade> decision) {
        if (upgrade == null || upgrade.later() == null) {
            decision.complete(upgrade);
            return;
        }
        upgrade.later().whenComplete((later, failure) -> {
            if (failure == null) {
                decision.complete(later);
            } else {
                decision.completeExceptionally(failure);
            }
        });
    }
}
