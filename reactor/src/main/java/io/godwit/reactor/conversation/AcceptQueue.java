package io.godwit.reactor.conversation;

import io.godwit.core.frame.CloseCode;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.Upgrade;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.loop.CarefulLog;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of an endpoint for those who write their own accept loop. What has been opened waits here, bounded; past
 * that an opening handshake is answered 503.
 *
 * <pre>{@code
 * AcceptQueue queue = new AcceptQueue(100);
 * // builder.endpoint("/path", queue.handler())
 * while (running) {
 *     Conversation ws = queue.accept(Duration.ofSeconds(1));
 *     if (ws != null) {
 *         threads.execute(() -> serve(ws));
 *     }
 * }
 * }</pre>
 *
 * <p>Whoever accepts a conversation owns it, and closes it. All methods may be called by any thread, any number at once.
 */
public final class AcceptQueue implements AutoCloseable {

    private static final CarefulLog LOG = new CarefulLog();

    private static final Upgrade FULL = Upgrade.refuse(
            HttpAnswer.text(503, "too many connections wait to be accepted").withHeader("Retry-After", "1"));

    private final int waitingMax;
    private final WebSocketHandler handler;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Queue<BlockingConversation> conversations = new ConcurrentLinkedQueue<>();
    private final Waiters acceptors = new Waiters();
    private volatile boolean closed;

    /**
     * Makes a queue that accepts all, and receives messages only.
     *
     * @param waitingMax how many open connections may wait to be accepted
     * @throws IllegalArgumentException if it is not positive
     */
    public AcceptQueue(final int waitingMax) {
        this(waitingMax, ConversationOptions.DEFAULT);
    }

    /**
     * Makes a queue.
     *
     * @param waitingMax how many open connections may wait to be accepted
     * @param options all but the executor, which has nothing to do here
     * @throws IllegalArgumentException if {@code waitingMax} is not positive
     */
    public AcceptQueue(final int waitingMax, final ConversationOptions options) {
        if (waitingMax < 1) {
            throw new IllegalArgumentException("waitingMax must be positive, not " + waitingMax);
        }
        this.waitingMax = waitingMax;
        handler = new ConversationHandler(new Queueing(), Objects.requireNonNull(options, "options"));
    }

    /** {@return the handler of the endpoint whose connections come here; to be given to the endpoint itself} */
    public WebSocketHandler handler() {
        return handler;
    }

    /**
     * Waits for the next connection.
     *
     * @param timeout zero or less: not at all
     * @return it, perhaps closed meanwhile, if it has brought messages before; null: the time is up
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException if the queue is closed
     */
    public Conversation accept(final Duration timeout) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        final long deadlineNs = Waiters.deadlineNs(timeout);
        BlockingConversation next = null;
        while (next == null && acceptors.await(() -> closed || !conversations.isEmpty(), deadlineNs)) {
            if (closed) {
                throw new IllegalStateException("the accept queue is closed");
            }
            // Another thread may have been faster.
            next = conversations.poll();
        }
        if (next != null) {
            waiting.decrementAndGet();
        }
        return next;
    }

    /** {@return how many connections wait to be accepted} */
    public int waitingCount() {
        return waiting.get();
    }

    /** {@return whether it was closed} */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Ends accepting: whoever waits in {@link #accept} is told, connections that wait are closed with 1001, and further
     * opening handshakes are answered 503. A repeated call does nothing.
     */
    @Override
    public void close() {
        closed = true;
        acceptors.signal();
        turnAway();
    }

    private void turnAway() {
        BlockingConversation next = conversations.poll();
        while (next != null) {
            waiting.decrementAndGet();
            next.close(CloseCode.GOING_AWAY);
            next.discard();
            next = conversations.poll();
        }
    }

    /** Puts what has begun into the queue. Called by any loop. */
    private final class Queueing implements Starter {

        @Override
        public Upgrade refusal() {
            return closed || waiting.get() >= waitingMax ? FULL : null;
        }

        @Override
        public void begun(final BlockingConversation conversation) {
            // Other loops, or decisions that came later, may have filled it since the handshake.
            if (waiting.incrementAndGet() > waitingMax) {
                waiting.decrementAndGet();
                LOG.log(System.Logger.Level.DEBUG, "too many connections wait to be accepted");
                conversation.close(CloseCode.TRY_AGAIN_LATER);
                return;
            }
            conversations.add(conversation);
            acceptors.signal();
            if (closed) {
                turnAway();
            }
        }

        @Override
        public void ended(final BlockingConversation conversation) {
            // Who came and went in silence must not keep others out.
            if (conversation.hasNothingToReceive() && conversations.remove(conversation)) {
                waiting.decrementAndGet();
            }
        }
    }
}
