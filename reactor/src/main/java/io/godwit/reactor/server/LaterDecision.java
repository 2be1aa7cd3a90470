package io.godwit.reactor.server;

import io.godwit.reactor.endpoint.Upgrade;
import java.util.function.BiConsumer;

/**
 * Stands for a connection with a decision that comes later. Many connections may wait for the same one, which may never come,
 * and keeps whatever waits for it: so this lets go of a connection that waits no longer. Any thread.
 */
final class LaterDecision implements BiConsumer<Upgrade, Throwable> {

    /** Null once the decision has come, or the connection does not wait for it any more. */
    private volatile HttpStage stage;

    LaterDecision(final HttpStage stage) {
        this.stage = stage;
    }

    @Override
    public void accept(final Upgrade upgrade, final Throwable failure) {
        final HttpStage waiting = stage;
        stage = null;
        if (waiting != null) {
            waiting.decideLater(upgrade, failure);
        }
    }

    /** The connection does not wait any more. */
    void forget() {
        stage = null;
    }
}
