package io.godwit.reactor.net;

import io.godwit.reactor.loop.BufferPool;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.SharedMemory;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/**
 * What a socket did not take yet: whole frames, encoded, in order; only the first entry may have begun to leave. Loop only.
 *
 * <p>A buffer of the pool is the queue's own and goes back to the pool. Any other is a view of what is shared with other
 * connections, and held in the loop's {@link SharedMemory} until it has left. Between position and limit lies what has not
 * left. Small messages share a buffer, unless they may be evicted: one for each would take many times their length, and a peer
 * that reads slowly decides how many there are.
 */
final class OutboundQueue {

    /** More may be added to its buffer while it is the last. */
    static final byte PLAIN = 0;

    /** One message, which may be evicted. */
    static final byte MESSAGE = 1;

    private static final byte WAITING_PONG = 2;
    private static final byte BEGUN = 3;
    private static final int CAPACITY_MIN = 8;

    /** Makes arrays. */
    interface Arrays {
        /**
         * Makes one.
         *
         * @param <T> its type
         * @param type its constructor
         * @param places its length
         * @return it
         * @throws OutOfMemoryError if there is no memory for it
         */
        <T> T make(IntFunction<T> type, int places);
    }

    private final Arrays arrays;
    private final BufferPool pool;
    private final SharedMemory shared;

    /** A ring; null while nothing waits, since most connections never have anything waiting. */
    private ByteBuffer[] ring;

    /** What may become of each entry. */
    private byte[] marks;

    /** What each entry is a view of, if it is shared; null while none is. */
    private Object[] shares;

    private int head;
    private int count;

    /** How many bytes at the front of the first buffer, left or not, end a frame that begins nowhere here. */
    private int cutBytes;

    /** Whether that frame is the last of a message. */
    private boolean cutEndsMessage;

    private long bytes;
    private int messages;
    private long messageBytes;

    /** The Pong that has not begun to leave, or null. */
    private ByteBuffer pong;

    /** The last buffer, while it is open for writing; else null. */
    private ByteBuffer opened;

    /** Where reading goes on in it, and where it ended. */
    private int lastPosition;

    private int lastEnd;

    /**
     * Starts empty.
     *
     * @param loop the owner
     * @param arrays makes the ring
     */
    OutboundQueue(final EventLoop loop, final Arrays arrays) {
        this.arrays = arrays;
        pool = loop.pool();
        shared = loop.shared();
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** {@return how many bytes wait} */
    long bytes() {
        return bytes;
    }

    /** {@return how many messages could be evicted} */
    int messages() {
        return messages;
    }

    /** {@return how many bytes these have} */
    long messageBytes() {
        return messageBytes;
    }

    /** {@return how many buffers wait that cannot be evicted} */
    int keptEntries() {
        return count - messages;
    }

    // --- adding: nothing is called between the first and the last of the changes, since the caller's stack may end in
    // any call

    /**
     * Makes a place, so that what is added next finds one: to be called before anything is taken for it.
     *
     * @throws OutOfMemoryError if there is no memory for it; nothing has changed
     */
    void makePlace() {
        closeUnwritten();
        if (ring == null || count == ring.length) {
            widen();
        }
    }

    /** As {@link #makePlace}, for what is shared. */
    void makeSharedPlace() {
        makePlace();
        if (shares == null) {
            shares = arrays.make(Object[]::new, ring.length);
        }
    }

    /**
     * Adds at the end. This and what else adds to the queue throws an OutOfMemoryError, and changes nothing, if there is no
     * place, nor memory to make one.
     *
     * @param frames the queue's own
     * @param mark {@link #PLAIN} or {@link #MESSAGE}
     */
    void addLast(final ByteBuffer frames, final byte mark) {
        makePlace();
        add(frames, null, mark);
    }

    private void add(final ByteBuffer frames, final Object what, final byte mark) {
        final int length = frames.remaining();
        put(slot(count), frames, what, mark);
        count++;
        bytes += length;
        if (mark == MESSAGE) {
            messages++;
            messageBytes += length;
        }
    }

    /**
     * Adds a message that is shared.
     *
     * @param view of its bytes, the queue's own
     * @param what is held for it already, and let go when the view is removed
     * @param mark as for {@link #addLast}
     */
    void addShared(final ByteBuffer view, final Object what, final byte mark) {
        makeSharedPlace();
        add(view, what, mark);
    }

    /**
     * Adds the rest of what has begun to leave.
     *
     * @param rest the queue's own; nothing else here has begun to leave
     * @param restOfFrame how many of its bytes are the end of a frame that has begun to leave
     * @param endsMessage whether a message ends with that frame
     */
    void addFirst(final ByteBuffer rest, final int restOfFrame, final boolean endsMessage) {
        makePlace();
        final int length = rest.remaining();
        final int front = slot(-1);
        put(front, rest, null, BEGUN);
        head = front;
        count++;
        bytes += length;
        cutBytes = restOfFrame;
        cutEndsMessage = endsMessage;
    }

    /** Adds a frame behind what has begun to leave, and before all else. */
    void addAhead(final ByteBuffer frame, final boolean isPong) {
        makePlace();
        final int length = frame.remaining();
        final int front = slot(-1);
        final boolean second = count > 0 && marks[head] == BEGUN;
        if (second) {
            put(front, ring[head], shares == null ? null : shares[head], BEGUN);
        }
        put(second ? head : front, frame, null, isPong ? WAITING_PONG : PLAIN);
        head = front;
        count++;
        bytes += length;
        if (isPong) {
            pong = frame;
        }
    }

    /**
     * Opens the last buffer for something more.
     *
     * @param bytesMin its length
     * @return the buffer, to be written from its position on, and then {@link #closeLast closed}; null: it has no room
     */
    ByteBuffer openLast(final int bytesMin) {
        closeUnwritten();
        if (count == 0) {
            return null;
        }
        final int at = slot(count - 1);
        final ByteBuffer last = ring[at];
        // What begins to leave takes no more in, so that a control frame comes next.
        if (marks[at] != PLAIN || isShared(at) || last == null || last.capacity() - last.limit() < bytesMin) {
            return null;
        }
        final int end = last.limit();
        lastPosition = last.position();
        lastEnd = end;
        opened = last;
        return last.limit(last.capacity()).position(end);
    }

    /** Whoever opened the last buffer never came to close it, since the stack ended: what is behind its end is nothing of ours. */
    private void closeUnwritten() {
        if (opened != null) {
            opened.limit(lastEnd).position(lastPosition);
            opened = null;
        }
    }

    /**
     * Takes what was written into the last buffer.
     *
     * @param written what {@link #openLast} gave
     */
    void closeLast(final ByteBuffer written) {
        final int length = written.position() - lastEnd;
        written.flip().position(lastPosition);
        bytes += length;
        opened = null;
    }

    /** {@return whether that is the last buffer} */
    boolean isLast(final ByteBuffer buffer) {
        return count > 0 && ring[slot(count - 1)] == buffer;
    }

    /** {@return the Pong that waits, and has not begun to leave; or null} */
    ByteBuffer pong() {
        return pong;
    }

    /**
     * Opens the Pong that waits, for a newer one in its place.
     *
     * @param bytesMin the newer one's length
     * @return a buffer to be written from its position on, and then {@link #closePong closed}; null: there is no memory, and
     *     the former stays
     */
    ByteBuffer openPong(final int bytesMin) {
        if (pong.capacity() < bytesMin) {
            final ByteBuffer longer = pool.acquireReserved(bytesMin);
            if (longer == null) {
                return null;
            }
            int index = 0;
            while (ring[slot(index)] != pong) {
                index++;
            }
            final int at = slot(index);
            final ByteBuffer former = pong;
            bytes -= former.remaining();
            longer.limit(0);
            ring[at] = longer;
            pong = longer;
            // Last: from here on it is for others.
            pool.release(former);
        } else {
            bytes -= pong.remaining();
        }
        return pong.clear();
    }

    /** Takes the Pong that was written. */
    void closePong() {
        bytes += pong.flip().remaining();
    }

    // --- leaving

    /**
     * Copies as many bytes from the front as fit, without removing them.
     *
     * @param batch filled from its position
     */
    void copyTo(final ByteBuffer batch) {
        closeUnwritten();
        for (int i = 0; i < count && batch.hasRemaining(); i++) {
            final int at = slot(i);
            final int length = Math.min(remaining(at), batch.remaining());
            if (length > 0) {
                batch.put(batch.position(), ring[at], ring[at].position(), length);
                batch.position(batch.position() + length);
            }
        }
    }

    /**
     * Removes what has left.
     *
     * @param written at most as many bytes as wait
     */
    void discard(final int written) {
        int left = written;
        while (count > 0 && left >= remaining(head)) {
            left -= remaining(head);
            unmark(head);
            removeFirst();
        }
        if (left > 0) {
            unmark(head);
            marks[head] = BEGUN;
            ring[head].position(ring[head].position() + left);
            bytes -= left;
        }
    }

    /**
     * Drops messages that wait, the oldest first, until so many bytes are free.
     *
     * @param bytesMin positive, at most {@link #messageBytes}
     */
    void evict(final long bytesMin) {
        closeUnwritten();
        int end = 0;
        for (long freed = 0; freed < bytesMin; end++) {
            freed += marks[slot(end)] == MESSAGE ? remaining(slot(end)) : 0;
        }
        // What stays among them moves up to those that follow.
        int to = end;
        for (int i = end - 1; i >= 0; i--) {
            final int from = slot(i);
            if (marks[from] == MESSAGE) {
                unmark(from);
                bytes -= remaining(from);
                release(from);
            } else {
                move(from, slot(--to));
            }
        }
        head = slot(to);
        count -= to;
        shrink();
    }

    /** {@return how many messages wait whose last byte has not left. Reads all that waits} */
    int countMessages() {
        closeUnwritten();
        int messagesLeft = 0;
        for (int i = 0; i < count; i++) {
            final ByteBuffer frames = ring[slot(i)];
            if (frames == null) {
                continue;
            }
            final int from = i == 0 ? cutBytes : 0;
            messagesLeft += FrameBounds.messagesIn(frames, from);
            messagesLeft += cutEndsMessage && i == 0 && frames.position() < from ? 1 : 0;
        }
        return messagesLeft;
    }

    /** Removes all, and gives the buffers back. */
    void clear() {
        closeUnwritten();
        while (count > 0) {
            unmark(head);
            removeFirst();
        }
    }

    private void removeFirst() {
        bytes -= remaining(head);
        release(head);
        cutBytes = 0;
        cutEndsMessage = false;
        head = slot(1);
        count--;
        shrink();
    }

    /** It may be neither evicted nor replaced any more. */
    private void unmark(final int at) {
        if (marks[at] == MESSAGE) {
            messages--;
            messageBytes -= remaining(at);
        } else if (marks[at] == WAITING_PONG) {
            pong = null;
        }
        marks[at] = PLAIN;
    }

    private boolean isShared(final int at) {
        return shares != null && shares[at] != null;
    }

    /** {@return how many bytes wait there: none, if the stack of whoever has called ended when it had just been released} */
    private int remaining(final int at) {
        return ring[at] == null ? 0 : ring[at].remaining();
    }

    /** Its place is free. */
    private void release(final int at) {
        final ByteBuffer buffer = ring[at];
        if (buffer == null) {
            return;
        }
        ring[at] = null;
        if (isShared(at)) {
            final Object what = shares[at];
            shares[at] = null;
            shared.letGo(what);
        } else {
            pool.release(buffer);
        }
    }

    // --- the ring

    private int slot(final int index) {
        return (head + index) & (ring.length - 1);
    }

    private void put(final int at, final ByteBuffer frames, final Object what, final byte mark) {
        ring[at] = frames;
        marks[at] = mark;
        if (shares != null) {
            shares[at] = what;
        }
    }

    private void move(final int from, final int to) {
        if (from == to) {
            return;
        }
        ring[to] = ring[from];
        marks[to] = marks[from];
        ring[from] = null;
        if (shares != null) {
            shares[to] = shares[from];
            shares[from] = null;
        }
    }

    private void shrink() {
        if (count == 0) {
            ring = null;
            marks = null;
            shares = null;
            head = 0;
            bytes = 0;
        }
    }

    private void widen() {
        final int places = Math.max(CAPACITY_MIN, 2 * count);
        // All of them first: if there is no memory for one, the ring stays as it was.
        final ByteBuffer[] wider = arrays.make(ByteBuffer[]::new, places);
        final byte[] widerMarks = arrays.make(byte[]::new, places);
        final Object[] widerShares = shares == null ? null : arrays.make(Object[]::new, places);
        for (int i = 0; i < count; i++) {
            wider[i] = ring[slot(i)];
            widerMarks[i] = marks[slot(i)];
            if (shares != null) {
                widerShares[i] = shares[slot(i)];
            }
        }
        ring = wider;
        marks = widerMarks;
        shares = widerShares;
        head = 0;
    }
}
