package io.godwit.reactor.conversation;

import io.godwit.reactor.endpoint.Failure;
import io.godwit.reactor.endpoint.MailboxLimits;
import io.godwit.reactor.session.MailboxControl;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jctools.queues.varhandle.unpadded.SpscGrowableVarHandleUnpaddedArrayQueue;

/**
 * What has come and was not received yet, bounded: the loop puts it here, one thread at a time takes it. When it is full the
 * connection is not read until half of it is empty; the end always finds room.
 */
final class Mailbox {

    private static final int CAPACITY_MIN = 8;

    /** How the connection has ended. */
    private record End(Failure failure, int code, String reason) {

        boolean isClean() {
            return failure == null && code != NO_CLOSE;
        }
    }

    /** No Close frame came (RFC 6455 §7.1.5). */
    private static final int NO_CLOSE = 1006;

    private final MailboxControl control;
    private final MailboxLimits limits;
    private final Queue<Received> queue;
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean full = new AtomicBoolean();
    private final AtomicReference<Thread> receiver = new AtomicReference<>();
    private final Waiters waiters = new Waiters();
    private volatile End end;
    private volatile boolean discarding;

    /** Whether no more will come but the end, which waits for whoever has received all to ask for more. */
    private volatile boolean last;

    Mailbox(final MailboxControl control) {
        this.control = control;
        limits = control.limits().mailbox();
        queue = new SpscGrowableVarHandleUnpaddedArrayQueue<>(
                CAPACITY_MIN, Math.max(2 * CAPACITY_MIN, limits.messagesMax()));
    }

    // --- on the loop

    /** Adds what has come. Loop only. */
    void add(final Received received) {
        if (discarding) {
            return;
        }
        // Counted first: whoever takes it counts it down.
        final int count = messages.incrementAndGet();
        final long length = bytes.addAndGet(received.length());
        if (!queue.offer(received)) {
            throw new IllegalStateException("a connection that was to be read no more has been read");
        }
        if (count >= limits.messagesMax() || length >= limits.bytesMax()) {
            full.set(true);
            control.mailboxFull();
            // What made it half empty may have been taken just before it was called full.
            goOnIfHalfEmpty();
        }
        waiters.signal();
    }

    /** No more will come: our Close frame waits until all that came was received, and what comes next is asked for. Loop only. */
    void last() {
        last = true;
        if (discarding) {
            control.answered();
        }
        waiters.signal();
    }

    /** The connection has ended. Loop only. */
    void end(final Failure failure, final int code, final String reason) {
        end = new End(failure, code, reason);
        waiters.signal();
    }

    // --- on any thread, one at a time

    /**
     * Waits for what comes next.
     *
     * @param deadlineNs in the time of {@link System#nanoTime}
     * @return what has come, nothing, or the end
     */
    Received receive(final long deadlineNs) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        enter();
        try {
            return waiters.await(this::hasNext, deadlineNs) ? next() : Received.NOTHING;
        } finally {
            receiver.set(null);
        }
    }

    /** {@return what has come, nothing, or the end} */
    Received tryReceive() {
        enter();
        try {
            return hasNext() ? next() : Received.NOTHING;
        } finally {
            receiver.set(null);
        }
    }

    private void enter() {
        final Thread self = Thread.currentThread();
        final Thread other = receiver.compareAndExchange(null, self);
        if (other != null) {
            throw new IllegalStateException("one thread receives at a time, and " + other.getName() + " does");
        }
    }

    private boolean hasNext() {
        // Read before the queue: what came before is in there by now.
        final boolean noMore = last;
        final boolean has = end != null || !discarding && !queue.isEmpty();
        if (!has && noMore) {
            control.answered();
        }
        return has;
    }

    private Received next() {
        // Read before the queue: what came before the end is in there by now.
        final End last = end;
        final Received received = discarding ? null : poll();
        if (received != null) {
            return received;
        }
        if (last.isClean()) {
            return Received.CLOSED;
        }
        throw ConversationException.of(last.failure(), last.code(), last.reason());
    }

    private Received poll() {
        final Received received = queue.poll();
        if (received != null) {
            bytes.addAndGet(-received.length());
            messages.decrementAndGet();
            goOnIfHalfEmpty();
        }
        return received;
    }

    private void goOnIfHalfEmpty() {
        if (full.get()
                && messages.get() <= limits.messagesMax() / 2
                && bytes.get() <= limits.bytesMax() / 2
                && full.compareAndSet(true, false)) {
            control.mailboxDrained();
        }
    }

    /** Nobody will receive any more. Any thread. */
    void discard() {
        discarding = true;
        if (last) {
            control.answered();
        }
        if (receiver.compareAndSet(null, Thread.currentThread())) {
            while (poll() != null) {
                // What has come is for nobody.
            }
            receiver.set(null);
        }
    }

    /** {@return whether nothing waits to be received. Any thread} */
    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** {@return the code that the connection has ended with; 0: it has not} */
    int closeCode() {
        final End last = end;
        return last == null ? 0 : last.code();
    }

    /** {@return the reason that the peer gave, or an empty string} */
    String closeReason() {
        final End last = end;
        return last == null ? "" : last.reason();
    }
}
