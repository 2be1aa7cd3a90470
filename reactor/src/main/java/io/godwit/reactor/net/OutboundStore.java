package io.godwit.reactor.net;

import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.loop.BufferPool;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.MemoryBudget;
import io.godwit.reactor.loop.SharedMemory;
import io.godwit.reactor.metrics.LoopCounters;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/**
 * What waits for a socket, and what becomes of a message that finds no room: it is refused; or, if the policy evicts, messages
 * that wait make way for it. Memory is taken of the loop's budget: if that is used up, there is no room either. Control frames
 * and the rest of what has begun to leave draw on the budget's reserve, a Close frame has room in any case. Loop only.
 */
final class OutboundStore {

    /** The least buffer, for small messages to share. */
    private static final int BUFFER_BYTES_MIN = 1_024;

    /** A message that may be evicted has a buffer of its own, which costs about this much over its length. */
    private static final int ENTRY_BYTES = 256;

    private static final int ENTRIES_MIN = 16;

    private final MemoryBudget memory;
    private final BufferPool pool;
    private final SharedMemory shared;
    private final OutboundQueue queue;
    private final OutboundRoom room;
    private final LoopCounters counters;
    private int evictedMessages;
    private long evictedBytes;
    private long evictions;

    /** What was dropped with the connection, which is told at its end. */
    private long clearedMessages;

    private long clearedBytes;

    /** How much memory was wanted, and was not there, since {@link #takeWanted} was called; 0: none. */
    private long wantedBytes;

    /** Why what waits will never leave. */
    private IOException failure;

    /** Whether a Pong has taken the place of another that the socket had not taken. */
    private boolean pongReplaced;

    /** What the buffer is for that was reserved last. */
    private Precedence reserved;

    /** Whether room had been taken before for what is being reserved: somebody was told that it is sent. */
    private boolean owed;

    private int reservedBytes;

    OutboundStore(final EventLoop loop, final OutboundRoom room) {
        this(loop, room, IntFunction::apply);
    }

    OutboundStore(final EventLoop loop, final OutboundRoom room, final OutboundQueue.Arrays arrays) {
        this.room = room;
        memory = loop.memory();
        pool = loop.pool();
        shared = loop.shared();
        counters = loop.counters();
        queue = new OutboundQueue(loop, arrays);
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** {@return how many bytes wait} */
    long bytes() {
        return queue.bytes();
    }

    /** {@return whether nothing waits, and there is nothing to tell} */
    boolean isUnused() {
        return queue.isEmpty() && !hasEvicted() && wantedBytes == 0 && clearedBytes == 0 && failure == null;
    }

    /** The transport has thrown. */
    void fail(final IOException thrown) {
        failure = thrown;
    }

    /** {@return what the transport threw, or null} */
    IOException failure() {
        return failure;
    }

    /** {@return how many messages {@link #clear} has dropped whose last byte had not left} */
    long clearedMessages() {
        return clearedMessages;
    }

    /** {@return how many bytes it has dropped} */
    long clearedBytes() {
        return clearedBytes;
    }

    boolean hasEvicted() {
        return evictedMessages > 0;
    }

    ByteBuffer reserve(final int bytes, final Precedence precedence) {
        reserved = precedence;
        reservedBytes = bytes;
        if (precedence == Precedence.PONG && queue.pong() != null) {
            return reserveAgain(bytes);
        }
        pongReplaced &= precedence != Precedence.PONG;
        final boolean promised = room.isPaid();
        final ByteBuffer buffer =
                take(bytes, precedence, BufferPool.costOf(bytes)) ? openOrAcquire(bytes, precedence) : null;
        if (buffer == null && precedence == Precedence.MESSAGE) {
            noteLost(promised, bytes);
        }
        return buffer;
    }

    private ByteBuffer openOrAcquire(final int bytes, final Precedence precedence) {
        final ByteBuffer last = needsItsOwn(precedence) ? null : queue.openLast(bytes);
        final ByteBuffer buffer = last != null ? last : acquireWithPlace(bytes, precedence);
        if (buffer == null) {
            room.give(bytes);
            noteWanted(BufferPool.costOf(bytes), precedence);
        }
        return buffer;
    }

    /** The place comes first: what has been written by the time of {@link #commit} could not be kept without one. */
    private ByteBuffer acquireWithPlace(final int bytes, final Precedence precedence) {
        try {
            queue.makePlace();
        } catch (final OutOfMemoryError e) {
            // It costs whoever asks, and not the loop.
            return null;
        }
        return acquire(bytes, precedence);
    }

    /** What the peer's Ping asked for is tried again with the next one; nobody is to be told. */
    private void noteWanted(final long cost, final Precedence precedence) {
        if (precedence != Precedence.PONG) {
            wantedBytes = Math.max(wantedBytes, cost);
        }
    }

    /** {@return how much memory was wanted, and was not there, since the last call; 0: none} */
    long takeWanted() {
        final long wanted = wantedBytes;
        wantedBytes = 0;
        return wanted;
    }

    /**
     * {@return whether the peer sends Pings, and takes none of the Pongs: one for a later Ping has replaced one that waits
     * (RFC 6455 §5.5.3), which may go on for ever without anything piling up}
     */
    boolean isPongReplaced() {
        return pongReplaced && queue.pong() != null;
    }

    private ByteBuffer reserveAgain(final int bytes) {
        pongReplaced = true;
        final int more = bytes - queue.pong().remaining();
        if (more > 0 && !room.take(more, Precedence.PONG)) {
            return null;
        }
        final ByteBuffer opened = queue.openPong(bytes);
        final int excess = opened == null ? Math.max(0, more) : Math.max(0, -more);
        if (excess > 0) {
            room.give(excess);
        }
        return opened;
    }

    /** Takes the buffer back that was reserved last, with nothing written. */
    void cancel(final ByteBuffer frames) {
        room.give(reservedBytes);
        if (queue.pong() == frames) {
            queue.closePong();
        } else if (queue.isLast(frames)) {
            queue.closeLast(frames);
        } else {
            pool.release(frames);
        }
    }

    void commit(final ByteBuffer frames) {
        if (queue.pong() == frames) {
            queue.closePong();
        } else if (queue.isLast(frames)) {
            queue.closeLast(frames);
        } else if (reserved.goesAhead()) {
            queue.addAhead(frames.flip(), reserved == Precedence.PONG);
        } else {
            queue.addLast(frames.flip(), needsItsOwn(reserved) ? OutboundQueue.MESSAGE : OutboundQueue.PLAIN);
        }
    }

    /**
     * Takes a message that is shared with other connections.
     *
     * @param frames known by its identity; its position and limit are not moved
     * @return whether there was room
     */
    boolean share(final ByteBuffer frames) {
        final int bytes = frames.remaining();
        final boolean promised = room.isPaid();
        if (take(bytes, Precedence.MESSAGE, SharedMemory.costOf(bytes))) {
            if (holdAndAdd(frames, bytes)) {
                return true;
            }
            room.give(bytes);
            noteWanted(shared.costOf(frames, bytes), Precedence.MESSAGE);
        }
        noteLost(promised, bytes);
        return false;
    }

    private boolean holdAndAdd(final ByteBuffer frames, final int bytes) {
        try {
            // Held last, when nothing more is allocated: it has to be let go when it leaves the queue.
            final ByteBuffer view = frames.slice();
            queue.makeSharedPlace();
            if (!shared.hold(frames, bytes)) {
                return false;
            }
            queue.addShared(view, frames, evicts() ? OutboundQueue.MESSAGE : OutboundQueue.PLAIN);
            return true;
        } catch (final OutOfMemoryError e) {
            return false;
        }
    }

    /**
     * Takes the body of an HTTP answer, for which there is room.
     *
     * @param body held in the loop's {@link SharedMemory} already, and let go when it has left
     * @throws OutOfMemoryError if there is no memory for a place; it is not taken
     */
    void addBody(final byte[] body) {
        queue.addShared(ByteBuffer.wrap(body), body, OutboundQueue.PLAIN);
        room.takeAnyway(body.length);
    }

    /**
     * Keeps the rest of what has begun to leave: bounded by the batch, and promised to those who sent it.
     *
     * @return whether there was memory; if not, the stream of frames is cut, and the connection has to end
     */
    boolean addFirst(final ByteBuffer rest) {
        final int bytes = rest.remaining();
        try {
            queue.makePlace();
        } catch (final OutOfMemoryError e) {
            return false;
        }
        final ByteBuffer kept = pool.acquireReserved(bytes);
        if (kept == null) {
            return false;
        }
        room.takeAnyway(bytes);
        final int from = rest.position();
        final int cut = room.isUnlimited() ? from : FrameBounds.lastBefore(rest, from);
        final int end = cut == from ? from : FrameBounds.endOf(rest, cut);
        queue.addFirst(kept.put(rest).flip(), end - from, end > from && FrameBounds.endsMessage(rest.get(cut)));
        return true;
    }

    // --- room

    /**
     * What was taken on another thread, and no policy may drop: a frame of a message in fragments, which would have no end without
     * it; or a control frame.
     */
    private boolean isOwed(final Precedence precedence) {
        return precedence != Precedence.MESSAGE && owed;
    }

    private boolean take(final int bytes, final Precedence precedence, final long cost) {
        owed = room.isPaid();
        if (precedence == Precedence.LAST) {
            room.takeAnyway(bytes);
            return true;
        }
        // For what never fits nothing makes way, and nobody is told of room.
        final boolean neverFits = !precedence.isOverTheLimit() && !memory.canHold(cost);
        if (neverFits || precedence == Precedence.MESSAGE && holdsTooMuch() || !room.take(bytes, precedence)) {
            return false;
        }
        if (evicts() && !makeRoom(bytes, precedence) && !isOwed(precedence)) {
            room.give(bytes);
            room.noteRefused(bytes, precedence);
            return false;
        }
        return true;
    }

    /** {@return whether more waits here than the loop has memory to spare, so that others come first; what is promised is taken} */
    private boolean holdsTooMuch() {
        final boolean tooMuch = !room.isPaid() && queue.bytes() > memory.spareBytes();
        if (tooMuch) {
            room.press();
        }
        return tooMuch;
    }

    private boolean evicts() {
        return room.limits().policy().evicts();
    }

    /**
     * Has messages that wait make way, so that the queue keeps to the limit: in bytes, and in buffers, since each message has
     * one of its own, and what those stood between that were evicted shares none. Nothing is evicted where that would not
     * suffice.
     */
    private boolean makeRoom(final int bytes, final Precedence precedence) {
        final OutboundLimits limits = room.limits();
        if (!needsItsOwn(precedence) && queue.keptEntries() >= ENTRIES_MIN + limits.bytesMax() / BUFFER_BYTES_MIN) {
            return false;
        }
        final int extra = precedence.isOverTheLimit() ? OutboundRoom.CONTROL_BYTES_EXTRA : 0;
        final long excess = queue.bytes() + bytes - limits.bytesMax() - extra;
        final boolean crowded = precedence == Precedence.MESSAGE
                && queue.messages() >= Math.max(ENTRIES_MIN, limits.bytesMax() / ENTRY_BYTES);
        if (excess <= 0 && !crowded) {
            return true;
        }
        final long needed = Math.max(1, excess);
        if (needed > queue.messageBytes()) {
            return false;
        }
        evict(limits.policy() == SlowConsumerPolicy.KEEP_LATEST ? queue.messageBytes() : needed);
        return true;
    }

    private void evict(final long bytesMin) {
        final int messages = queue.messages();
        final long bytes = queue.bytes();
        queue.evict(bytesMin);
        noteEvicted(messages - queue.messages(), bytes - queue.bytes());
        room.give(bytes - queue.bytes());
    }

    /** Whoever was told on another thread that a message was taken learns of it as of an evicted one. */
    private void noteLost(final boolean promised, final int bytes) {
        if (promised) {
            counters.increment(Metric.MESSAGES_SENT);
            noteEvicted(1, bytes);
        } else {
            counters.increment(Metric.MESSAGES_DROPPED);
        }
    }

    private void noteEvicted(final int messages, final long bytes) {
        tellDropped(messages, bytes);
        evictions += messages;
        counters.add(Metric.MESSAGES_EVICTED, messages);
    }

    void tellDropped(final int messages, final long bytes) {
        evictedMessages += messages;
        evictedBytes += bytes;
    }

    /** {@return how many messages were dropped, from the first} */
    long evictions() {
        return evictions;
    }

    Evicted takeEvicted() {
        if (evictedMessages == 0) {
            return null;
        }
        final Evicted evicted = new Evicted(evictedMessages, evictedBytes);
        evictedMessages = 0;
        evictedBytes = 0;
        return evicted;
    }

    private boolean needsItsOwn(final Precedence precedence) {
        return precedence.goesAhead() || precedence == Precedence.MESSAGE && evicts();
    }

    private ByteBuffer acquire(final int bytes, final Precedence precedence) {
        final int bytesMin = needsItsOwn(precedence) ? bytes : Math.max(bytes, BUFFER_BYTES_MIN);
        if (precedence == Precedence.LAST) {
            // One for each connection, of 129 bytes at most: it shares a buffer with nothing that could follow.
            return pool.require(bytes);
        }
        // The head of an HTTP answer comes once.
        final boolean ofReserve = precedence.isOverTheLimit() || room.isUnlimited() || isOwed(precedence);
        if (ofReserve) {
            return pool.acquireReserved(bytesMin);
        }
        final ByteBuffer buffer = pool.acquire(bytesMin);
        // A peer for whom nothing waits has room for a short message, whatever waits for others.
        return buffer == null && queue.isEmpty() ? pool.acquireFirst(bytes) : buffer;
    }

    // --- leaving

    void copyTo(final ByteBuffer batch) {
        queue.copyTo(batch);
    }

    /** The socket has taken so many bytes from the front. */
    void discard(final int written) {
        room.give(written);
        queue.discard(written);
    }

    /** Drops all, and gives its memory and its room back. */
    void clear() {
        clearedMessages += room.isUnlimited() ? 0 : queue.countMessages();
        clearedBytes += queue.bytes();
        room.give(queue.bytes());
        queue.clear();
    }
}
