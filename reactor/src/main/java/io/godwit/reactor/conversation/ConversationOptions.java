package io.godwit.reactor.conversation;

import io.godwit.reactor.endpoint.Upgrade;
import io.godwit.reactor.endpoint.UpgradeRequest;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Where conversations are held, and on which terms. Immutable; start from {@link #DEFAULT}.
 *
 * @param executor runs each body as one task; it should have a thread for each, since a conversation that waits for one is
 *     not answered. Where it rejects a task the connection is closed with 1013
 * @param controlFrames whether Pings and Pongs are received too
 * @param upgrade decides on opening handshakes, as {@link io.godwit.reactor.endpoint.WebSocketHandler#onUpgrade}: on the
 *     loop, without blocking
 */
public record ConversationOptions(
        Executor executor, boolean controlFrames, Function<? super UpgradeRequest, Upgrade> upgrade) {

    /** A virtual thread for each where the JDK has them, else a pool of daemon threads; messages only; all are accepted. */
    public static final ConversationOptions DEFAULT = new ConversationOptions(
            task -> ConversationThreads.executor().execute(task), false, request -> Upgrade.accept());

    /**
     * Checks each.
     *
     * @param executor not null
     * @param controlFrames either
     * @param upgrade not null
     */
    public ConversationOptions {
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(upgrade, "upgrade");
    }

    /**
     * Sets who runs the bodies.
     *
     * @param threads one for each conversation
     * @return a copy of these options with it
     */
    public ConversationOptions withExecutor(final Executor threads) {
        return new ConversationOptions(threads, controlFrames, upgrade);
    }

    /** {@return a copy of these options that asks for Pings and Pongs} */
    public ConversationOptions withControlFrames() {
        return new ConversationOptions(executor, true, upgrade);
    }

    /**
     * Sets who decides on opening handshakes.
     *
     * @param decision from the request to the decision
     * @return a copy of these options with it
     */
    public ConversationOptions withUpgrade(final Function<? super UpgradeRequest, Upgrade> decision) {
        return new ConversationOptions(executor, controlFrames, decision);
    }
}
