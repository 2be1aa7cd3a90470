package io.godwit.reactor.net;

import io.godwit.reactor.loop.BufferPool;
import io.godwit.reactor.loop.EventLoop;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The way out of one connection. Between {@link #open} and {@link #flush} messages are written straight into the loop's
 * batch, which leaves in one write; what the socket does not take, and what is sent at other times, waits in a queue of
 * whole messages, bounded in bytes. Loop only, but for {@link #takeRoom}, {@link #spend} and {@link #waitingBytes}.
 */
public final class Outbound {

    /** Messages up to this length are gathered by copying, longer ones are written from where they are. */
    private static final int GATHERED_BYTES_MAX = 16_384;

    /** The least buffer in the queue, for small messages to share. */
    private static final int QUEUED_BYTES_MIN = 1_024;

    /** What control frames may take over the limit: they are few, short, and must not be starved by data. */
    private static final int CONTROL_BYTES_EXTRA = 4_096;

    private static final VarHandle WAITING;

    static {
        try {
            WAITING = MethodHandles.lookup().findVarHandle(Outbound.class, "waitingBytes", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Transport transport;
    private final BufferPool pool;
    private final ByteBuffer batch;
    private final OutboundQueue queue;
    private final int gatheredBytesMax;
    private int softBytes = Integer.MAX_VALUE;
    private int bytesMax = Integer.MAX_VALUE;
    private boolean open;
    private boolean taken;
    private int paidBytes;
    private long heldBytes;
    private IOException failure;

    /** Since this was asked for last, a sender was told that too much waits. Set by any thread. */
    private volatile boolean pressed;

    /** What waits in the queue, and what other threads have handed over: taken, not yet given to the socket. */
    @SuppressWarnings("unused")
    private volatile long waitingBytes;

    Outbound(final Transport transport, final EventLoop loop) {
        this.transport = transport;
        this.pool = loop.pool();
        this.batch = loop.writeBatch();
        this.queue = new OutboundQueue(pool);
        gatheredBytesMax = Math.min(GATHERED_BYTES_MAX, batch.capacity());
    }

    /**
     * Sets the bounds. At first there are none, since HTTP answers are few and ours.
     *
     * @param soft from here on the peer is not to be read
     * @param max what may wait
     */
    public void limits(final int soft, final int max) {
        softBytes = soft;
        bytesMax = max;
    }

    /** The loop's batch is ours until {@link #flush}. */
    void open() {
        if (!open) {
            open = true;
            // Empty already, unless the one before us has failed.
            batch.clear();
        }
    }

    /**
     * Gives room for one message.
     *
     * @param bytes as many as will be written
     * @param control whether it is a control frame, which has some room of its own
     * @return a buffer to write to from its position on, followed by {@link #commit}; or null: there is no room
     */
    public ByteBuffer reserve(final int bytes, final boolean control) {
        if (open && queue.isEmpty() && hasBatchRoom(bytes)) {
            return batch;
        }
        if (!takeForQueue(bytes, control)) {
            return null;
        }
        final ByteBuffer last = queue.openLast(bytes);
        return last != null ? last : pool.acquire(Math.max(bytes, QUEUED_BYTES_MIN));
    }

    /** What the batch holds may have to wait after all: the limit holds for it too. */
    private boolean hasBatchRoom(final int bytes) {
        final int room = Math.min(batch.capacity(), bytesMax);
        if (bytes <= room - batch.position()) {
            return true;
        }
        writeBatch();
        return queue.isEmpty() && bytes <= room;
    }

    /** Shows in time what the socket does not take: a reader who replies has to stop at the soft mark, not a batch later. */
    private void writeFullBatch() {
        if (batch.position() >= softBytes) {
            writeBatch();
        }
    }

    private boolean takeForQueue(final int bytes, final boolean control) {
        if (bytes <= paidBytes) {
            paidBytes -= bytes;
            return true;
        }
        return take(bytes, control ? (long) bytesMax + CONTROL_BYTES_EXTRA : bytesMax);
    }

    /**
     * Takes what was written.
     *
     * @param message what {@link #reserve} returned
     * @return whether something waits in the queue now; false: it leaves with the batch
     */
    public boolean commit(final ByteBuffer message) {
        if (message == batch) {
            writeFullBatch();
            return !queue.isEmpty();
        }
        if (queue.isLast(message)) {
            queue.closeLast(message);
        } else {
            queue.addLast(message.flip());
        }
        return true;
    }

    /**
     * Takes a message that is shared with other connections.
     *
     * @param frames read-only
     * @return whether there was room
     */
    public boolean share(final ByteBuffer frames) {
        final int bytes = frames.remaining();
        if (open && queue.isEmpty() && bytes <= gatheredBytesMax && hasBatchRoom(bytes)) {
            batch.put(batch.position(), frames, frames.position(), bytes);
            batch.position(batch.position() + bytes);
            writeFullBatch();
            return true;
        }
        if (!takeForQueue(bytes, false)) {
            return false;
        }
        queue.addLast(frames.duplicate());
        return true;
    }

    /**
     * Takes room for a message that is on its way from another thread. Any thread.
     *
     * @param bytes its length on the wire, at most
     * @return whether there was room
     */
    public boolean takeRoom(final long bytes) {
        return take(bytes, bytesMax);
    }

    /**
     * Returns what {@link #takeRoom} took, since the message has arrived on the loop: from now until the next call with 0,
     * {@link #reserve} draws on it rather than on what others may have taken meanwhile. Loop only.
     *
     * @param bytes as many as were taken; 0: the message has been reserved
     */
    public void spend(final int bytes) {
        final int unspent = paidBytes;
        paidBytes = bytes;
        if (unspent > 0) {
            WAITING.getAndAdd(this, (long) -unspent);
        }
    }

    private boolean take(final long bytes, final long max) {
        if (bytes > max) {
            // There will never be room for it, so nobody waits for some.
            return false;
        }
        final long before = (long) WAITING.getAndAdd(this, bytes);
        if (before + bytes >= softBytes) {
            pressed = true;
        }
        if (before + bytes > max) {
            WAITING.getAndAdd(this, -bytes);
            return false;
        }
        return true;
    }

    /** {@return how many bytes wait. Any thread} */
    public long waitingBytes() {
        return (long) WAITING.getOpaque(this);
    }

    /** {@return whether so much waits that the peer should not be read. Any thread} */
    public boolean isOverSoftMark() {
        return waitingBytes() >= softBytes;
    }

    /**
     * Notes that some of what waits cannot leave yet, however willing the socket is. Loop only.
     *
     * @param bytes in all
     */
    public void held(final long bytes) {
        heldBytes = bytes;
    }

    /** {@return how many bytes wait for the socket, and for nothing else} */
    long backlogBytes() {
        return waitingBytes() - heldBytes;
    }

    /** {@return whether so many do that the peer should not be read} */
    boolean isBacklogged() {
        return backlogBytes() >= softBytes;
    }

    /** {@return whether a sender, on whatever thread, was told since the last call that too much waits} */
    boolean takePressed() {
        final boolean was = pressed;
        if (was) {
            pressed = false;
        }
        return was;
    }

    /** {@return whether nothing waits for the socket} */
    public boolean isEmpty() {
        return queue.isEmpty() && (!open || batch.position() == 0);
    }

    /** {@return what the transport threw, or null} */
    IOException failure() {
        return failure;
    }

    /**
     * Writes as much as the socket takes; the batch is free again.
     *
     * @return whether it took anything
     */
    boolean flush() {
        taken = false;
        if (open) {
            writeBatch();
            open = false;
        }
        boolean full = false;
        while (!full && failure == null && !queue.isEmpty()) {
            final ByteBuffer first = queue.first();
            full = first.remaining() > gatheredBytesMax ? writeOne(first) : writeGathered();
        }
        return taken;
    }

    private boolean writeOne(final ByteBuffer message) {
        final int written = write(message);
        final boolean full = message.hasRemaining();
        WAITING.getAndAdd(this, (long) -written);
        if (!full) {
            queue.discard(0);
        }
        return full;
    }

    private boolean writeGathered() {
        queue.copyTo(batch.clear());
        final int written = write(batch.flip());
        final boolean full = batch.hasRemaining();
        batch.clear();
        WAITING.getAndAdd(this, (long) -written);
        queue.discard(written);
        return full;
    }

    /** Writes the batch; what is left of it goes to the front of the queue, since it has begun to leave. */
    private void writeBatch() {
        if (batch.position() > 0) {
            batch.flip();
            write(batch);
            if (batch.hasRemaining() && failure == null) {
                final int bytes = batch.remaining();
                WAITING.getAndAdd(this, (long) bytes);
                queue.addFirst(pool.acquire(bytes).put(batch).flip());
            }
            batch.clear();
        }
    }

    private int write(final ByteBuffer bytes) {
        try {
            final int written = failure == null ? transport.write(bytes) : 0;
            taken |= written > 0;
            return written;
        } catch (final IOException e) {
            failure = e;
            return 0;
        }
    }

    /** Drops all that waits, and gives its memory back. */
    void clear() {
        if (open) {
            batch.clear();
            open = false;
        }
        queue.clear();
        WAITING.setVolatile(this, 0L);
    }
}
