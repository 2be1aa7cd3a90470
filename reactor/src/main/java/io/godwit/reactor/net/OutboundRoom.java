package io.godwit.reactor.net;

import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * How many bytes may wait on the way out of one connection, how many do, and whether anything more is taken: all of it in
 * one atomic word, which is what the loop and the threads that send to its connection agree on.
 *
 * <p>Room is taken before a message is queued, and given back once the socket has it. A message of another thread is a
 * <em>hand-over</em>: one step on the word takes its room, counts it, and sees whether the way out is {@link #seal sealed}.
 * The loop counts it down when it has queued or written the message. So once the word is sealed and no hand-over is counted,
 * nothing comes after what the loop writes next: that is a Close frame. While one is counted, what the loop sends itself
 * goes behind it.
 *
 * <p>Under a policy that evicts, other threads cannot know what the loop will drop: they take up to as much again as the
 * limit, and the loop makes the queue itself keep to the limit when their messages arrive. What the loop holds back for the
 * end of a message in fragments does not narrow the room of that message.
 *
 * <p>What goes straight into the loop's batch takes none until the socket has refused it: then there may be over the limit,
 * whatever it is, as much as the batch holds, which is less than the soft mark and one message.
 */
final class OutboundRoom {

    /** What control frames may take over the limit: they are few, short, and must not be starved by data. */
    static final int CONTROL_BYTES_EXTRA = 4_096;

    /** However short they are: past this a message of another thread finds no room. */
    static final int HAND_OVERS_MAX = 65_536;

    /** At first there are none, since HTTP answers are few and ours. */
    private static final OutboundLimits UNLIMITED = new OutboundLimits(
            Integer.MAX_VALUE - 1, Integer.MAX_VALUE, SlowConsumerPolicy.DROP_NEWEST, Duration.ofDays(1));

    /** From the top of the word: nothing more is handed over; the connection has ended; {@link #watch}. */
    private static final long SEALED = 1L << 63;

    private static final long ENDED = 1L << 62;
    private static final long WATCHED = 1L << 61;

    /** Below them the number of hand-overs, and then the bytes, which are under 32 GiB: the limit is an int. */
    private static final int COUNT_SHIFT = 35;

    /** At the end the messages of a batch come to the hand-overs, and those that were held back: only their bytes bound these. */
    private static final int COUNT_MAX = (1 << 26) - 1;

    private static final long ONE = 1L << COUNT_SHIFT;
    private static final long COUNT_MASK = COUNT_MAX * ONE;
    private static final long BYTES_MASK = ONE - 1;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(OutboundRoom.class, "word", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private OutboundLimits limits = UNLIMITED;
    private int paidBytes;

    /** Written by the loop alone. */
    private volatile int heldBytes;

    /** The shortest message that was refused since the end of that was told; 0: none was. Set by any thread. */
    private volatile int refusedBytes;

    /** Whether a frame of a message in fragments was, for which the bytes that are held do not count. */
    private volatile boolean refusedInTurn;

    /** Since this was told last, a sender was told that as much waits as the soft mark. Set by any thread. */
    private volatile boolean pressed;

    /** Under {@link SlowConsumerPolicy#CLOSE}, a message found no room. Set by any thread, for good. */
    private volatile boolean limitHit;

    @SuppressWarnings("unused")
    private long word;

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

    private long look() {
        return (long) WORD.getVolatile(this);
    }

    // --- from other threads

    /**
     * Judges a message before anything is copied for it. Any thread.
     *
     * @param bytes its length on the wire
     * @param precedence what it is
     * @return why it is not taken; null: as it looks now, it is
     */
    SendResult refusal(final int bytes, final Precedence precedence) {
        return refusal(look(), bytes, precedence);
    }

    private SendResult refusal(final long seen, final int bytes, final Precedence precedence) {
        if ((seen & SEALED) != 0) {
            return SendResult.CLOSED;
        }
        if (!precedence.isOverTheLimit() && bytes > limits.bytesMax()) {
            // There will never be room for it: that is nobody's fault but the sender's, who waits for none.
            return SendResult.TOO_LONG;
        }
        final boolean full = bytesOf(seen) + bytes > takenBytesMax(precedence);
        if (!full && countOf(seen) < HAND_OVERS_MAX) {
            return null;
        }
        if (full) {
            noteFull(bytesOf(seen), bytes, precedence);
        }
        noteRefused(bytes, precedence);
        return SendResult.DROPPED;
    }

    /**
     * Takes a message that another thread hands over, which then has to be where the loop looks for it. Any thread.
     *
     * @param bytes its length on the wire
     * @param precedence what it is
     * @param softBytes the soft mark
     * @return what became of it
     */
    SendResult handOver(final int bytes, final Precedence precedence, final long softBytes) {
        return take(bytes, precedence, softBytes, 0);
    }

    /**
     * Takes a message that the loop holds back, as if it were handed over. It may have been published before the way out was sealed,
     * and goes then; what came later is not to be held. Loop only.
     *
     * @param bytes its length on the wire
     * @param softBytes the soft mark
     * @return what became of it
     */
    SendResult hold(final int bytes, final long softBytes) {
        return take(bytes, Precedence.MESSAGE, softBytes, SEALED);
    }

    private SendResult take(final int bytes, final Precedence precedence, final long softBytes, final long overlooked) {
        long seen;
        do {
            seen = look();
            final SendResult refusal = refusal(seen & ~overlooked, bytes, precedence);
            if (refusal != null) {
                return refusal;
            }
        } while (!WORD.compareAndSet(this, seen, seen + ONE + bytes));
        if (bytesOf(seen) + bytes < softBytes) {
            return SendResult.SENT;
        }
        pressed = true;
        return SendResult.QUEUED;
    }

    /** Takes a {@link #handOver} back, which is not where the loop looks for it, and will not be. By its thread. */
    void withdraw(final int bytes) {
        WORD.getAndAdd(this, -ONE - bytes);
        pressed = true;
    }

    // --- on the loop

    /** {@return whether what the loop sends may have to wait for, or is refused by, what other threads have done} */
    boolean isWatched() {
        return (word & ~BYTES_MASK) != 0;
    }

    /** {@return whether nothing waits, and no other thread has done anything that counts here} */
    boolean isUntouched() {
        return word == 0;
    }

    /** From now on {@link #isWatched}, since other threads give this connection more than messages. Any thread. */
    void watch() {
        if ((look() & WATCHED) == 0) {
            WORD.getAndBitwiseOr(this, WATCHED);
        }
    }

    /** From now on nothing is handed over. Any thread. */
    void seal() {
        WORD.getAndBitwiseOr(this, SEALED);
    }

    /** {@return whether it is sealed. Any thread} */
    boolean isSealed() {
        return (look() & SEALED) != 0;
    }

    /** {@return whether it is not sealed, and the loop has dealt with each hand-over. Any thread} */
    boolean isClear() {
        return (look() & ~(BYTES_MASK | WATCHED)) == 0;
    }

    /** {@return how many hand-overs the loop has not dealt with} */
    int handOvers() {
        final long seen = look();
        return (seen & ENDED) == 0 ? countOf(seen) : 0;
    }

    /** {@return whether the connection has ended. Any thread} */
    boolean isEnded() {
        return (look() & ENDED) != 0;
    }

    /** The connection has ended: nothing waits any more, and nothing is taken. What was taken stays to be told. Loop only. */
    void end() {
        WORD.getAndBitwiseOr(this, SEALED | ENDED);
    }

    /** {@return how many bytes were taken, and not given back before {@link #end}} */
    long unsentBytes() {
        return bytesOf(look());
    }

    /** {@return how many hand-overs the loop had not dealt with before {@link #end}, as {@link #recount} has corrected it} */
    int unsentCount() {
        return countOf(look());
    }

    /**
     * Corrects what {@link #unsentCount} tells, so that it is messages; it tells no more than it has room for. Any thread, once
     * nothing is taken any more.
     *
     * @param messages how many more; negative: fewer
     */
    void recount(final int messages) {
        long seen;
        long more;
        do {
            seen = look();
            more = Math.min(messages, COUNT_MAX - countOf(seen));
        } while (!WORD.compareAndSet(this, seen, seen + more * ONE));
    }

    /**
     * Draws on what was {@link #spend paid}, or else takes room. Loop only.
     *
     * @param bytes on the wire
     * @param precedence what it is
     * @return whether there was room
     */
    boolean take(final int bytes, final Precedence precedence) {
        if (bytes <= paidBytes) {
            paidBytes -= bytes;
            return true;
        }
        if (!precedence.isOverTheLimit() && bytes > limits.bytesMax()) {
            return false;
        }
        final long max = takenBytesMax(precedence);
        long seen;
        do {
            seen = look();
            if (bytesOf(seen) + bytes > max) {
                noteFull(bytesOf(seen), bytes, precedence);
                noteRefused(bytes, precedence);
                return false;
            }
        } while (!WORD.compareAndSet(this, seen, seen + bytes));
        if (bytesOf(seen) + bytes >= limits.bytesSoft()) {
            pressed = true;
        }
        return true;
    }

    private long takenBytesMax(final Precedence precedence) {
        final long max = limits.policy().evicts() ? 2L * limits.bytesMax() : limits.bytesMax();
        if (precedence == Precedence.IN_TURN) {
            return max + heldBytes;
        }
        return precedence.isOverTheLimit() ? max + CONTROL_BYTES_EXTRA : max;
    }

    private void noteFull(final long waiting, final int bytes, final Precedence precedence) {
        // What is held waits for its sender, not for the peer, whom nothing is to be blamed for.
        if (limits.policy() == SlowConsumerPolicy.CLOSE
                && !precedence.isOverTheLimit()
                && waiting - heldBytes + bytes > limits.bytesMax()) {
            limitHit = true;
        }
    }

    /** A message is refused. Any thread. */
    void noteRefused(final int bytes, final Precedence precedence) {
        final int least = refusedBytes;
        if (least == 0 || bytes < least) {
            refusedBytes = bytes;
        }
        if (precedence == Precedence.IN_TURN) {
            // Last: the loop clears both together, and without this a fragment would wait for what is held until its
            // message ends.
            refusedInTurn = true;
        }
    }

    /** Takes room for what has begun to leave, so that there must be some. Loop only. */
    void takeAnyway(final int bytes) {
        if (bytesOf((long) WORD.getAndAdd(this, (long) bytes)) + bytes >= limits.bytesSoft()) {
            pressed = true;
        }
    }

    /** Gives back what was taken: it has left, or will not. Loop only. */
    void give(final long bytes) {
        giveBack(bytes);
    }

    private void giveBack(final long what) {
        // Ended, all that was left has been told at once.
        if (what != 0 && (word & ENDED) == 0) {
            WORD.getAndAdd(this, -what);
        }
    }

    /** As {@link Outbound#spend}. */
    void spend(final int bytes) {
        giveBack(paidBytes);
        paidBytes = bytes;
    }

    /** As {@link Outbound#spent}. */
    void spent(final boolean wasHandedOver) {
        final int unspent = paidBytes;
        paidBytes = 0;
        giveBack(wasHandedOver ? ONE + unspent : unspent);
    }

    /** {@return whether what is being sent was promised to its sender: room was taken for it before} */
    boolean isPaid() {
        return paidBytes > 0;
    }

    /** As {@link Outbound#held}. */
    void held(final int bytes) {
        heldBytes = bytes;
    }

    // --- how much waits

    private static long bytesOf(final long seen) {
        return seen & BYTES_MASK;
    }

    private static int countOf(final long seen) {
        return (int) ((seen & COUNT_MASK) >>> COUNT_SHIFT);
    }

    /** {@return how many bytes are taken; none, once it has ended. Any thread} */
    long waitingBytes() {
        final long seen = (long) WORD.getOpaque(this);
        return (seen & ENDED) == 0 ? bytesOf(seen) : 0;
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

    /** As {@link #isOver}, but for what is held. */
    boolean isUnheldOver(final long markBytes) {
        if (unheldBytes() < markBytes) {
            return false;
        }
        pressed = true;
        // It may have ended before that was noted, and then nobody would be told.
        return unheldBytes() >= markBytes;
    }

    /** A sender was refused, and is to be told when there is room. Any thread. */
    void press() {
        pressed = true;
    }

    /** {@return whether somebody is to be told once there is room} */
    boolean isPressed() {
        return pressed || refusedBytes > 0;
    }

    /**
     * Tells whether there is room, for those who were told that there is not: what waits is under the soft mark; and where a
     * message was refused, the shortest of those would be taken now. Loop only.
     *
     * @param softBytes the soft mark
     * @return true once, for all of them
     */
    boolean takeTell(final long softBytes) {
        final int least = refusedBytes;
        if (!pressed && least == 0 || unheldBytes() >= softBytes) {
            return false;
        }
        final boolean fits = least > 0 && fits(least);
        if (fits) {
            // Whoever is refused from here on is told again: his refusal asks for the next settling.
            refusedBytes = 0;
            refusedInTurn = false;
        }
        if (pressed) {
            // Only if it was set: whoever sets it from here on is told by another call.
            pressed = false;
            return true;
        }
        return fits;
    }

    private boolean fits(final int bytes) {
        return (refusedInTurn ? unheldBytes() : waitingBytes()) + bytes <= limits.bytesMax()
                && handOvers() <= HAND_OVERS_MAX / 2;
    }

    /** As {@link Outbound#hasRoomFor}. */
    boolean hasRoomFor(final int bytes, final long softBytes) {
        if (judge(bytes, softBytes)) {
            return true;
        }
        noteRefused(Math.max(1, bytes), Precedence.MESSAGE);
        // It may have become so before that was noted, and then nobody would be told.
        return judge(bytes, softBytes);
    }

    private boolean judge(final int bytes, final long softBytes) {
        final long seen = look();
        return (seen & SEALED) != 0
                || bytesOf(seen) - heldBytes < softBytes && bytesOf(seen) + bytes <= limits.bytesMax();
    }

    boolean limitHit() {
        return limitHit;
    }
}
