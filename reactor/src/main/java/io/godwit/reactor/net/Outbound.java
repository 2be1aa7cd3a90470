package io.godwit.reactor.net;

import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The way out of one connection. Between {@link #open} and {@link #flush} messages are written straight into the loop's
 * batch, which leaves in one write; what the socket does not take, and what is sent at other times, waits in a queue of
 * whole messages, bounded in bytes, and leaves by way of the batch too, in as many pieces as it takes: nothing but the batch
 * is ever handed to the transport. Loop only, but for what says that it is for any thread.
 *
 * <p>What was in the batch when the socket had enough counts as begun: that is under the soft mark and one message. At the
 * hard limit the endpoint's policy decides ({@link OutboundStore}).
 */
public final class Outbound {

    /** A shared message up to this length is copied to the batch: what the socket does not take of a longer one stays shared. */
    private static final int GATHERED_BYTES_MAX = 16_384;

    /** To wait, a shorter message is copied: to share it would take more than it has. */
    private static final int SHARED_BYTES_MIN = 256;

    private static final byte[] NOTHING = {};

    /** Linux gives a socket twice what it is asked for, since what it adds to the bytes counts too. */
    private static final long KERNEL_FACTOR = 2;

    /** Eighteen years: sums with the time do not overflow. */
    private static final double READING_NS_MAX = 1L << 59;

    private static final VarHandle SENT_BYTES;
    private static final VarHandle SENT_MESSAGES;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            SENT_BYTES = lookup.findVarHandle(Outbound.class, "sentBytes", long.class);
            SENT_MESSAGES = lookup.findVarHandle(Outbound.class, "sentMessages", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Transport transport;
    private final EventLoop loop;
    private final OutboundRoom room = new OutboundRoom();

    /** Null while nothing waits, since most connections never have anything waiting. */
    private OutboundStore store;

    /** The loop's, while it is ours; else null. */
    private ByteBuffer batch;

    /** Both are written by the loop alone. */
    private long sentBytes;

    private long sentMessages;

    /** Until when the peer may be busy reading what the socket has taken. */
    private long busyUntilNs;

    Outbound(final Transport transport, final EventLoop loop) {
        this.transport = transport;
        this.loop = loop;
        busyUntilNs = loop.nowNs();
    }

    /**
     * Sets the bounds. At first there are none, since HTTP answers are few and ours.
     *
     * @param limits what may wait, and what happens at the limit
     */
    public void limits(final OutboundLimits limits) {
        room.limits(limits);
        if (batch != null) {
            batch.limit(Math.max(batch.position(), batchBytesMax()));
        }
    }

    /** The loop's batch is ours until {@link #flush}. */
    void open() {
        if (batch == null) {
            batch = loop.writeBatch();
            // Empty already, unless the one before us has failed.
            emptyBatch();
        }
    }

    private void emptyBatch() {
        batch.clear().limit(batchBytesMax());
    }

    /** What the batch holds may have to wait after all: the limit holds for it too. */
    private int batchBytesMax() {
        return Math.min(batch.capacity(), room.limits().bytesMax());
    }

    // --- taking messages

    /**
     * Gives room for one message.
     *
     * @param bytes as many as will be written
     * @param precedence how it stands to what waits
     * @return a buffer to write to from its position on, followed by {@link #commit}; or null: there is no room
     */
    public ByteBuffer reserve(final int bytes, final Precedence precedence) {
        final ByteBuffer mine = batch;
        final boolean toBatch = mine != null && !isWaiting() && (bytes <= mine.remaining() || hasRoomIfEmpty(bytes));
        final ByteBuffer target = toBatch ? mine : store().reserve(bytes, precedence);
        if (target != null && precedence == Precedence.MESSAGE) {
            countSent();
        }
        return target;
    }

    /**
     * Gives room for a message that needs no other look: nothing waits here, no other thread has anything to do with this
     * connection, and with the message the batch is under the soft mark.
     *
     * @param bytes its length on the wire
     * @return the batch, to be written to from its position on, followed by {@link #countSent}; null: {@link #reserve} knows
     */
    public ByteBuffer straight(final long bytes) {
        final ByteBuffer mine = batch;
        return mine != null
                        && store == null
                        && room.isUntouched()
                        && bytes <= mine.remaining()
                        && mine.position() + bytes < room.limits().bytesSoft()
                ? mine
                : null;
    }

    /** A message was taken to be sent. */
    public void countSent() {
        loop.counters().increment(Metric.MESSAGES_SENT);
        SENT_MESSAGES.setOpaque(this, sentMessages + 1);
    }

    /** {@return whether something waits for the socket, beside what the batch holds} */
    public boolean isWaiting() {
        return store != null && !store.isEmpty();
    }

    private OutboundStore store() {
        if (store == null) {
            store = new OutboundStore(loop, room);
        }
        return store;
    }

    private boolean hasRoomIfEmpty(final int bytes) {
        writeBatch();
        return !isWaiting() && bytes <= batch.remaining();
    }

    /**
     * Takes what was written.
     *
     * @param message what {@link #reserve} returned
     * @return whether something waits in the queue now; false: it leaves with the batch
     */
    public boolean commit(final ByteBuffer message) {
        if (message == batch) {
            // Shows in time what the socket does not take: a reader who replies has to stop at the soft mark, not a
            // batch later.
            if (message.position() >= room.limits().bytesSoft()) {
                writeBatch();
            }
            return isWaiting();
        }
        store.commit(message);
        return true;
    }

    /**
     * Undoes {@link #reserve}: what was to be written could not be read.
     *
     * @param message what {@link #reserve} returned, its position as it was then
     * @param precedence what {@link #reserve} was given
     */
    public void cancel(final ByteBuffer message, final Precedence precedence) {
        if (message != batch) {
            store.cancel(message);
        }
        if (precedence == Precedence.MESSAGE) {
            loop.counters().add(Metric.MESSAGES_SENT, -1);
            SENT_MESSAGES.setOpaque(this, sentMessages - 1);
        }
    }

    /**
     * Takes a message that is shared with other connections.
     *
     * @param frames read-only
     * @return whether there was room
     */
    public boolean share(final ByteBuffer frames) {
        final int bytes = frames.remaining();
        final boolean gathers = batch != null && !isWaiting();
        if (gathers && bytes <= Math.min(GATHERED_BYTES_MAX, batch.remaining())) {
            // The rule for a broadcast, which meets each connection with an empty batch.
            countSent();
            append(batch, frames);
            return true;
        }
        if (gathers && bytes <= Math.min(GATHERED_BYTES_MAX, batchBytesMax()) || bytes < SHARED_BYTES_MIN) {
            return copy(frames);
        }
        final boolean taken = store().share(frames);
        if (taken) {
            countSent();
        }
        return taken;
    }

    /**
     * Takes an HTTP answer.
     *
     * @param head copied
     * @param body retained until it has left, and not to be changed; what several connections are answered with counts once
     * @return whether there was memory for it; if not, nothing is sent
     * @throws OutOfMemoryError if the JVM has none for the body, and the head is on its way: the connection has to end
     */
    public boolean answer(final byte[] head, final byte[] body) {
        final boolean copied =
                body.length < SHARED_BYTES_MIN || batch != null && head.length + body.length <= batch.remaining();
        if (copied) {
            return write(head, body);
        }
        if (!loop.shared().hold(body, body.length)) {
            return false;
        }
        boolean added = false;
        try {
            if (write(head, NOTHING)) {
                store().addBody(body);
                added = true;
            }
        } finally {
            if (!added) {
                loop.shared().letGo(body);
            }
        }
        return added;
    }

    private boolean write(final byte[] head, final byte[] body) {
        final ByteBuffer target = reserve(head.length + body.length, Precedence.IN_TURN);
        if (target == null) {
            return false;
        }
        commit(target.put(head).put(body));
        return true;
    }

    private boolean copy(final ByteBuffer frames) {
        final ByteBuffer target = reserve(frames.remaining(), Precedence.MESSAGE);
        if (target == null) {
            return false;
        }
        append(target, frames);
        return true;
    }

    private void append(final ByteBuffer target, final ByteBuffer frames) {
        final int position = target.position();
        final int bytes = frames.remaining();
        target.put(position, frames, frames.position(), bytes);
        commit(target.position(position + bytes));
    }

    // --- room, and what waits

    /**
     * Judges a message of another thread before anything is copied for it. Any thread.
     *
     * @param bytes its length on the wire
     * @param precedence {@link Precedence#MESSAGE}, {@link Precedence#CONTROL}, or {@link Precedence#IN_TURN}
     * @return why it is not taken, for its sender; null: as it looks now, it is
     */
    public SendResult refusal(final int bytes, final Precedence precedence) {
        return counted(holdsTooMuch(precedence) ? SendResult.DROPPED : room.refusal(bytes, precedence));
    }

    /**
     * Takes a message that another thread hands over: from now on it counts as waiting. Any thread. Under a policy that
     * evicts there is as much again as the limit: when the message arrives on the loop, older ones make way.
     *
     * @param bytes its length on the wire
     * @param precedence as for {@link #refusal}
     * @return what became of it; where it was taken, it has to be where the loop looks for it, or to be {@link #withdraw
     *     withdrawn}
     */
    public SendResult handOver(final int bytes, final Precedence precedence) {
        return counted(holdsTooMuch(precedence) ? SendResult.DROPPED : room.handOver(bytes, precedence, softBytes()));
    }

    /**
     * Takes a message that waits on the loop for the end of one in fragments, as {@link #handOver} does. Whether it came before the
     * way out was sealed is the caller's to know. Loop only.
     *
     * @param bytes its length on the wire
     * @return what became of it
     */
    public SendResult hold(final int bytes) {
        return counted(holdsTooMuch(Precedence.MESSAGE) ? SendResult.DROPPED : room.hold(bytes, softBytes()));
    }

    /**
     * {@return whether more waits here than the loop has memory to spare: then the others come first, whatever the hard limit is.
     * Whoever sends is told when some of it has left. Any thread}
     */
    private boolean holdsTooMuch(final Precedence precedence) {
        final boolean tooMuch = precedence == Precedence.MESSAGE
                && room.waitingBytes() > 0
                && room.waitingBytes() > loop.memory().spareBytes()
                && !room.isSealed();
        if (tooMuch) {
            room.press();
        }
        return tooMuch;
    }

    /** {@return the soft mark, or half of what the loop has memory to spare, if that is less. Any thread} */
    long softBytes() {
        return Math.min(room.limits().bytesSoft(), Math.max(1, loop.memory().spareBytes() / 2));
    }

    /** {@return whether so much waits, but for what the loop holds back} */
    boolean isOverSoftBytes() {
        return room.unheldBytes() >= softBytes();
    }

    /**
     * Refuses a message that is longer than all that may ever be held for it. Any thread.
     *
     * @return what its sender is told
     */
    public SendResult refuseTooLong() {
        return room.isSealed() ? SendResult.CLOSED : counted(SendResult.TOO_LONG);
    }

    private SendResult counted(final SendResult result) {
        if (result == SendResult.DROPPED || result == SendResult.TOO_LONG) {
            loop.counters().incrementFromOutside(Metric.MESSAGES_DROPPED);
        }
        return result;
    }

    /**
     * Takes a {@link #handOver} back, which the loop will not find. Any thread.
     *
     * @param bytes as many as were taken
     */
    public void withdraw(final int bytes) {
        loop.counters().incrementFromOutside(Metric.MESSAGES_DROPPED);
        room.withdraw(bytes);
    }

    /** Counts a message that was refused since there is no memory to copy it to. Any thread. */
    public void countDropped() {
        loop.counters().incrementFromOutside(Metric.MESSAGES_DROPPED);
    }

    /**
     * A message for which room was taken is about to be sent: from now until {@link #spent}, {@link #reserve} draws on that
     * rather than on what others may have taken meanwhile. Loop only.
     *
     * @param bytes as many as were taken
     */
    public void spend(final int bytes) {
        room.spend(bytes);
    }

    /**
     * It has been sent, or will not be: what was not drawn is given back. Loop only.
     *
     * @param wasHandedOver whether it came by {@link #handOver}, which is dealt with now
     */
    public void spent(final boolean wasHandedOver) {
        room.spent(wasHandedOver);
    }

    /**
     * {@return whether what the loop sends is to look at other threads first: what they have handed over, or published, goes
     * before it, and after a close nothing is sent} Loop only.
     */
    public boolean isWatched() {
        return room.isWatched();
    }

    /** From now on it is {@link #isWatched}, since it may be given publications. Any thread. */
    public void watch() {
        room.watch();
    }

    /** From now on nothing is taken from any thread, but for what the protocol itself sends. Any thread. */
    public void seal() {
        room.seal();
    }

    /** {@return whether it is sealed. Any thread} */
    public boolean isSealed() {
        return room.isSealed();
    }

    /** {@return whether it is not sealed, and no message of another thread is on its way to the loop. Any thread} */
    public boolean isClear() {
        return room.isClear();
    }

    /** {@return how many messages of other threads were taken and have not been dealt with by the loop. Any thread} */
    public int handOvers() {
        return room.handOvers();
    }

    /** {@return whether {@link #end} was called. Any thread} */
    public boolean isEnded() {
        return room.isEnded();
    }

    /** {@return how many bytes wait. Any thread} */
    public long waitingBytes() {
        return room.waitingBytes();
    }

    /** {@return whether as much waits as the soft mark; whoever hears so is told the end of it, as a sender is. Any thread} */
    public boolean isOverSoftMark() {
        return room.waitingBytes() > 0 && room.isOver(softBytes());
    }

    /** As {@link #isOverSoftMark}, but for what the loop holds back, which may wait for the very one who asks. Any thread. */
    public boolean isUnheldOverSoftMark() {
        return room.waitingBytes() > 0 && room.isUnheldOver(softBytes());
    }

    /**
     * Tells whether a message would be taken, and what waits is under the soft mark. Any thread.
     *
     * @param bytes its length on the wire
     * @return true also where nothing is taken any more; false: its sender is told once it is so
     */
    public boolean hasRoomFor(final int bytes) {
        return room.hasRoomFor(bytes, softBytes());
    }

    /** {@return how many bytes the socket has taken, from the first. Any thread} */
    public long sentBytes() {
        return (long) SENT_BYTES.getOpaque(this);
    }

    /** {@return how many messages were taken to be sent. Any thread} */
    public long sentMessages() {
        return (long) SENT_MESSAGES.getOpaque(this);
    }

    /**
     * {@return whether a message found no room under {@link SlowConsumerPolicy#CLOSE}, and not because it is longer than the
     * limit itself or the loop has no memory: the connection is to be closed. For good. Any thread}
     */
    public boolean limitHit() {
        return room.limitHit();
    }

    /**
     * Tells what the policy has dropped. Counts too: a message that was taken on another thread, and had no room after all
     * when it arrived.
     *
     * @return what was dropped since the last call; null: nothing
     */
    public Evicted takeEvicted() {
        return store == null ? null : store.takeEvicted();
    }

    /**
     * Notes that messages will not leave, for the handler to be told.
     *
     * @param messages how many
     * @param bytes their length on the wire, in all
     */
    public void tellDropped(final int messages, final long bytes) {
        store().tellDropped(messages, bytes);
    }

    /** {@return how much memory was wanted on the loop, and was not there, since the last call; 0: none} */
    long takeWanted() {
        return store == null ? 0 : store.takeWanted();
    }

    /** Tells what the policy has done since the last call. */
    void tell(final Stage stage) {
        final Evicted evicted = takeEvicted();
        if (evicted != null) {
            stage.onEvicted(evicted);
        }
        if (limitHit()) {
            stage.onLimitHit();
        }
    }

    /** {@return how many messages the policy has dropped, from the first} */
    long evictions() {
        return store == null ? 0 : store.evictions();
    }

    /**
     * Notes that some of what waits cannot leave yet, however willing the socket is. Loop only.
     *
     * @param bytes in all
     */
    public void held(final int bytes) {
        room.held(bytes);
    }

    /** {@return how many bytes wait, but for those that cannot leave yet} */
    long unheldBytes() {
        return room.unheldBytes();
    }

    /** {@return how many bytes wait for the socket, and for nothing else} */
    long queuedBytes() {
        return store == null ? 0 : store.bytes();
    }

    /** {@return whether the peer should not be read: so many do; or it sends Pings, and does not take the Pongs} */
    boolean isBacklogged() {
        return store != null && (queuedBytes() > 0 && queuedBytes() >= softBytes() || store.isPongReplaced());
    }

    /** {@return whether that is for want of memory: less waits than the soft mark that was set} */
    boolean isBackloggedForMemory() {
        return queuedBytes() > 0
                && queuedBytes() >= softBytes()
                && queuedBytes() < room.limits().bytesSoft();
    }

    /** {@return whether somebody is to be told once there is room} */
    boolean isPressed() {
        return room.isPressed();
    }

    /** {@return whether there is room, and that is to be told now: once for all who were told that there is not} */
    boolean takeTell() {
        return room.takeTell(softBytes());
    }

    OutboundLimits limits() {
        return room.limits();
    }

    /** {@return whether nothing waits for the socket} */
    public boolean isEmpty() {
        return !isWaiting() && (batch == null || batch.position() == 0);
    }

    /** {@return what the transport threw, or null} */
    IOException failure() {
        return store == null ? null : store.failure();
    }

    // --- to the transport

    /** Writes as much as the socket takes; the batch is free again. */
    void flush() {
        if (batch != null) {
            writeBatch();
            batch = null;
        }
        boolean full = false;
        while (!full && isWaiting() && store.failure() == null) {
            full = writeQueued();
        }
        if (store != null && store.isUnused()) {
            store = null;
        }
    }

    /** {@return whether the socket has had enough} */
    private boolean writeQueued() {
        final ByteBuffer piece = loop.writeBatch();
        store.copyTo(piece.clear());
        final int written = write(piece.flip());
        final boolean full = piece.hasRemaining();
        piece.clear();
        store.discard(written);
        return full;
    }

    /** Writes the batch; what is left of it goes to the front of the queue, since it has begun to leave. */
    private void writeBatch() {
        if (batch.position() > 0) {
            batch.flip();
            try {
                write(batch);
                keepRest();
            } catch (final RuntimeException | Error e) {
                // What has not left is counted when the connection ends.
                batch.compact();
                throw e;
            }
            emptyBatch();
        }
    }

    private void keepRest() {
        if (batch.hasRemaining() && failure() == null && !store().addFirst(batch)) {
            loop.counters().increment(Metric.OVERLOADS);
            store.fail(new IOException("there is no memory for what the socket did not take"));
        }
        if (batch.hasRemaining() && failure() != null) {
            noteUnsent();
        }
    }

    /** What will not leave counts as waiting until the end tells of it: a store to note it in might find no memory. */
    private void noteUnsent() {
        room.takeAnyway(batch.remaining());
        if (!room.isUnlimited()) {
            room.recount(FrameBounds.messagesIn(batch, 0));
        }
    }

    /**
     * Counts what was taken on another thread, and has found no place here: the end tells of it.
     *
     * @param messages how many end with it: one or none
     * @param bytes its length on the wire
     */
    public void countUnsent(final int messages, final int bytes) {
        room.takeAnyway(bytes);
        room.recount(messages);
    }

    private int write(final ByteBuffer bytes) {
        try {
            final int written = failure() == null ? transport.write(bytes) : 0;
            SENT_BYTES.setOpaque(this, sentBytes + written);
            loop.counters().add(Metric.BYTES_SENT, written);
            noteBusy(written);
            return written;
        } catch (final IOException e) {
            store().fail(e);
            return 0;
        }
    }

    /** The connection has ended: from now on nothing waits, and nothing is taken. A repeated call does nothing. */
    public void end() {
        room.end();
    }

    /** {@return once it has ended: how many bytes were taken that the socket has not} */
    public long unsentBytes() {
        return room.unsentBytes() + (store == null ? 0 : store.clearedBytes());
    }

    /**
     * {@return once it has ended: how many messages were taken whose last byte the socket has not. What other threads have handed
     * over counts as a message each, until {@link #recountUnsent}}
     */
    public long unsentMessages() {
        return room.unsentCount() + (store == null ? 0 : store.clearedMessages());
    }

    /**
     * Corrects {@link #unsentMessages}. Any thread, once it has ended.
     *
     * @param messages how many more; negative: fewer, since what was handed over ends no message
     */
    public void recountUnsent(final int messages) {
        room.recount(messages);
    }

    /** What the socket has taken may lie in the kernel, up to its send buffer, and nothing tells when the peer has it. */
    private void noteBusy(final int written) {
        final long heldBytesMax = KERNEL_FACTOR * loop.sendBufferBytes();
        if (heldBytesMax > 0 && written > 0) {
            final long nowNs = loop.nowNs();
            final long aheadNs = Math.max(0, busyUntilNs - nowNs) + readingNs(Math.min(written, heldBytesMax));
            busyUntilNs = nowNs + Math.min(aheadNs, readingNs(heldBytesMax));
        }
    }

    /** {@return how long the slowest peer that is accepted takes to read so much} */
    private long readingNs(final long bytes) {
        final OutboundLimits pace = pace();
        return (long) Math.min(READING_NS_MAX, (double) bytes * pace.timeout().toNanos() / pace.bytesSoft());
    }

    /** {@return until when the peer may be busy reading what the socket has taken, in the loop's time, if it is as slow as it may be} */
    long busyUntilNs() {
        return busyUntilNs;
    }

    /**
     * {@return for how long from now the peer may be busy with what was sent until now, some of which may wait for the socket
     * yet; 0: it has had the time for all of it}
     */
    public long busyNs() {
        return Math.max(0, busyUntilNs - loop.nowNs()) + readingNs(queuedBytes());
    }

    /** {@return how fast a peer has to take what waits: as many bytes as the soft mark within the timeout} */
    OutboundLimits pace() {
        return room.isUnlimited() ? OutboundLimits.DEFAULT : room.limits();
    }

    /** Drops all that waits, at once: what leaves from now on would make no sense to the peer, so nothing does. */
    void giveUp(final IOException cause) {
        clear();
        store().fail(cause);
    }

    /** Drops all that waits, and gives its memory back. */
    void clear() {
        if (batch != null) {
            if (batch.flip().hasRemaining()) {
                noteUnsent();
            }
            batch.clear();
            batch = null;
        }
        if (store != null) {
            store.clear();
        }
    }
}
