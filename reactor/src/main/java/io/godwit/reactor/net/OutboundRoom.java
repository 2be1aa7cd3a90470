package io.godwit.reactor.net;

import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * How many bytes may wait on the way out of one connection, and how many do: room is taken before a message is queued, and
 * given back once the socket has it. Any thread takes; what else is said so is for the loop only.
 *
 * <p>Under a policy that evicts, other threads cannot know what the loop will drop: they take up to as much again as the
 * limit, and the loop makes the queue itself keep to the limit when their messages arrive.
 *
 * <p>What goes straight into the loop's batch takes none until the socket has refused it: then there may be over the limit,
 * whatever it is, as much as the batch holds, which is less than the soft mark and one message.
 */
final class OutboundRoom {

    /** What control frames may take over the limit: they are few, short, and must not be starved by data. */
    static final int CONTROL_BYTES_EXTRA = 4_096;

    /** At first there are none, since HTTP answers are few and ours. */
    private static final OutboundLimits UNLIMITED = new OutboundLimits(
            Integer.MAX_VALUE - 1, Integer.MAX_VALUE, SlowConsumerPolicy.DROP_NEWEST, Duration.ofDays(1));

    private static final VarHandle WAITING;

    static {
        try {
            WAITING = MethodHandles.lookup().findVarHandle(OutboundRoom.class, "waitingBytes", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private OutboundLimits limits = UNLIMITED;
    private int paidBytes;
    private long heldBytes;

    /** Since this was asked for last, a sender was told that too much waits. Set by any thread. */
    private volatile boolean pressed;

    /** Under {@link SlowConsumerPolicy#CLOSE}, a message found no room. Set by any thread, for good. */
    private volatile boolean limitHit;

    /** What waits in the queue, and what other threads have handed over: taken, not yet given to the socket. */
    @SuppressWarnings("unused")
    private volatile long waitingBytes;

    /** Sets the bounds. Loop only, before another thread can know the connection. */
    void limits(final OutboundLimits outbound) {
        limits = outbound;
    }

    OutboundLimits limits() {
        return limits;
    }

    /** {@return whether no bounds have been set yet} */
    boolean isUnlimited() {
        return limits == UNLIMITED;
    }

    /** Takes room for what is on its way from another thread, maybe of the extra room. Any thread. */
    boolean takeFromOutside(final long bytes, final boolean overTheLimit) {
        return overTheLimit ? tryTake(bytes, takenBytesMax() + CONTROL_BYTES_EXTRA) : takeForData(bytes);
    }

    /** Gives back what was taken so; its sender is told when to try again. Any thread. */
    void returnFromOutside(final long bytes) {
        give(bytes);
        pressed = true;
    }

    /**
     * Draws on what was {@link #spend paid}, or else takes room. Loop only.
     *
     * @param bytes on the wire
     * @param overTheLimit whether it may take of the extra room
     * @return whether there was room
     */
    boolean take(final int bytes, final boolean overTheLimit) {
        if (bytes <= paidBytes) {
            paidBytes -= bytes;
            return true;
        }
        return takeFromOutside(bytes, overTheLimit);
    }

    private boolean takeForData(final long bytes) {
        if (bytes > limits.bytesMax()) {
            // There will never be room for it: that is nobody's fault but the sender's, who waits for none.
            return false;
        }
        final boolean taken = tryTake(bytes, takenBytesMax());
        if (!taken && limits.policy() == SlowConsumerPolicy.CLOSE) {
            limitHit = true;
        }
        return taken;
    }

    private long takenBytesMax() {
        return limits.policy().evicts() ? 2L * limits.bytesMax() : limits.bytesMax();
    }

    /** All or nothing: to take first and look then would let one that has no room cost another its own. */
    private boolean tryTake(final long bytes, final long max) {
        long before;
        do {
            before = waitingBytes;
            if (before + bytes > max) {
                pressed = true;
                return false;
            }
        } while (!WAITING.compareAndSet(this, before, before + bytes));
        if (before + bytes >= limits.bytesSoft()) {
            pressed = true;
        }
        return true;
    }

    /** Takes room for what has begun to leave, so that there must be some. Loop only. */
    void takeAnyway(final long bytes) {
        if ((long) WAITING.getAndAdd(this, bytes) + bytes >= limits.bytesSoft()) {
            pressed = true;
        }
    }

    /** Gives back what was taken: it has left, or will not. Any thread. */
    void give(final long bytes) {
        WAITING.getAndAdd(this, -bytes);
    }

    /** Sees to it that from now on nothing counts as waiting. */
    void giveAll() {
        WAITING.setVolatile(this, 0L);
    }

    /** As {@link Outbound#spend}. */
    void spend(final int bytes) {
        final int unspent = paidBytes;
        paidBytes = bytes;
        if (unspent > 0) {
            give(unspent);
        }
    }

    /** {@return whether what is being sent was promised to another thread: room was taken for it there} */
    boolean isPaid() {
        return paidBytes > 0;
    }

    /** As {@link Outbound#held}. */
    void held(final long bytes) {
        heldBytes = bytes;
    }

    /** {@return how many bytes are taken. Any thread} */
    long waitingBytes() {
        // At the end all is given back at once, and then, once more, what a thread had taken that was late.
        return Math.max(0, (long) WAITING.getOpaque(this));
    }

    /** {@return how many of them do not wait for what the loop holds back} */
    long unheldBytes() {
        return waitingBytes() - heldBytes;
    }

    /** {@return whether as much waits as the mark; then the end of it is to be told. Any thread} */
    boolean isOver(final long markBytes) {
        final boolean over = waitingBytes() >= markBytes;
        if (over) {
            pressed = true;
        }
        return over;
    }

    /** A sender was refused, and is to be told when there is room. Any thread. */
    void press() {
        pressed = true;
    }

    boolean isPressed() {
        return pressed;
    }

    boolean takePressed() {
        final boolean was = pressed;
        if (was) {
            pressed = false;
        }
        return was;
    }

    boolean limitHit() {
        return limitHit;
    }
}
