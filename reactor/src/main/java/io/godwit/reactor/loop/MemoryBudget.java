package io.godwit.reactor.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How many bytes one loop may hold for all its connections, and how many it holds: unfinished messages and heads, what waits
 * for sockets, what crosses threads. Whoever keeps something takes its bytes here first, and gives them back afterwards. Any
 * thread, but for {@link #tellAt}.
 *
 * <p>Its last sixteenth is only for what takes less than a 256th of it: however many long messages there are, short ones still
 * find room. Over it an eighth is reserved for control frames, and for the rest of what has begun to leave, which cannot be taken
 * back. Half of this reserve is also for those who hold nothing yet: whatever others hold, and however short their messages are,
 * a connection that takes what it is sent has room for one short message.
 */
public final class MemoryBudget {

    /** What a heap buffer takes beside its bytes: the array's header, the ByteBuffer, a place in a queue. */
    static final int BUFFER_OVERHEAD_BYTES = 80;

    /** In place of a number of bytes: nobody waits. */
    static final long NOBODY_WAITS = -1;

    /** Enough for what may come of one read, and for putting a message of the default length together meanwhile. */
    private static final long SCARCE_BYTES_MIN = 1 << 18;

    /** Half of it is well over the last sixteenth, so that long messages have room too. */
    private static final int SCARCE_SHIFT = 2;

    private static final int RESERVE_SHIFT = 3;
    private static final int LAST_SHIFT = 4;

    /** Over the budget one who holds nothing may take no more than this: a thousand bytes, and what is around them. */
    private static final int FIRST_BYTES_MAX = 1_280;

    private static final int SHORT_SHIFT = 8;

    private static final VarHandle USED;

    static {
        try {
            USED = MethodHandles.lookup().findVarHandle(MemoryBudget.class, "usedBytes", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long bytesMax;
    private final long reservedBytesMax;
    private final long firstBytesMax;
    private final long lastBytes;
    private final long scarceBytes;
    private final long shortBytesMax;
    private final Runnable onRoom;

    private volatile long usedBytes;

    /** When no more than this is used, those who wait are to be told. Set by the loop. */
    private volatile long tellAtBytes = NOBODY_WAITS;

    /**
     * Starts with nothing used.
     *
     * @param bytesMax what may be used; an eighth more is the reserve
     */
    public MemoryBudget(final long bytesMax) {
        this(bytesMax, () -> {});
    }

    /**
     * Starts with nothing used.
     *
     * @param bytesMax what may be used; an eighth more is the reserve
     * @param onRoom called by the thread that has given back so much that {@link #tellAt} is reached
     */
    MemoryBudget(final long bytesMax, final Runnable onRoom) {
        this.bytesMax = bytesMax;
        this.onRoom = onRoom;
        reservedBytesMax = bytesMax + reserveOf(bytesMax);
        firstBytesMax = bytesMax + reserveOf(bytesMax) / 2;
        lastBytes = bytesMax >>> LAST_SHIFT;
        shortBytesMax = bytesMax >>> SHORT_SHIFT;
        scarceBytes = Math.max(bytesMax >>> SCARCE_SHIFT, Math.min(bytesMax >>> 1, SCARCE_BYTES_MIN));
    }

    /**
     * Tells the reserve.
     *
     * @param bytesMax of a budget
     * @return how many bytes it may use over that
     */
    public static long reserveOf(final long bytesMax) {
        return bytesMax >>> RESERVE_SHIFT;
    }

    /**
     * Takes bytes for something that can be refused.
     *
     * @param bytes not negative
     * @return whether there was room; if not, nothing was taken
     */
    public boolean tryTake(final long bytes) {
        return take(bytes, bytesMax - lastBytesKeptFrom(bytes));
    }

    private long lastBytesKeptFrom(final long bytes) {
        return bytes <= shortBytesMax ? 0 : lastBytes;
    }

    /**
     * Tells when {@link #tryTake} finds room.
     *
     * @param bytes that are to be taken
     * @return how many have to be free
     */
    public long freeBytesFor(final long bytes) {
        return bytes + lastBytesKeptFrom(bytes);
    }

    /**
     * Tells whether {@link #tryTake} can ever find room.
     *
     * @param bytes that are to be taken
     * @return whether there is room once nothing else is held
     */
    public boolean canHold(final long bytes) {
        return freeBytesFor(bytes) <= bytesMax;
    }

    /**
     * Takes bytes, of the reserve too: for a control frame, or for the rest of what has begun to leave.
     *
     * @param bytes not negative
     * @return whether there was room; if not, nothing was taken
     */
    public boolean tryTakeReserved(final long bytes) {
        return take(bytes, reservedBytesMax);
    }

    /**
     * Takes bytes for one who holds nothing yet, of half of the reserve too if they are few. Whoever calls it bounds how often
     * one connection does: so those who hold much cannot keep others from a short message.
     *
     * @param bytes not negative
     * @return whether there was room; if not, nothing was taken
     */
    public boolean tryTakeFirst(final long bytes) {
        return bytes <= FIRST_BYTES_MAX ? take(bytes, firstBytesMax) : tryTake(bytes);
    }

    private boolean take(final long bytes, final long max) {
        long before = usedBytes;
        while (bytes <= max - before) {
            final long witness = (long) USED.compareAndExchange(this, before, before + bytes);
            if (witness == before) {
                return true;
            }
            before = witness;
        }
        return false;
    }

    /**
     * Takes bytes whatever is used: only for what is short and bounded by other means, such as one Close frame for each
     * connection.
     *
     * @param bytes not negative
     */
    public void takeAnyway(final long bytes) {
        USED.getAndAdd(this, bytes);
    }

    /**
     * Gives back what was taken.
     *
     * @param bytes as many
     */
    public void give(final long bytes) {
        final long left = (long) USED.getAndAdd(this, -bytes) - bytes;
        if (left <= tellAtBytes) {
            onRoom.run();
        }
    }

    /**
     * Asks for {@code onRoom} to be called. If no more than that is used already, nobody calls it: look after this call. Loop
     * only.
     *
     * @param bytes when no more than this is used; {@link #NOBODY_WAITS}: not at all
     */
    void tellAt(final long bytes) {
        tellAtBytes = bytes;
    }

    /** {@return how many bytes are used} */
    public long usedBytes() {
        return usedBytes;
    }

    /** {@return how many bytes are free, without the reserve; not negative} */
    public long freeBytes() {
        return Math.max(0, bytesMax - usedBytes);
    }

    /** {@return whether many who hold nothing can still begin a short message, of the reserve too} */
    public boolean hasRoomToBegin() {
        return usedBytes < bytesMax + (firstBytesMax - bytesMax) / 2;
    }

    /**
     * {@return how many bytes are to stay free for what comes in: while fewer are, sockets are read sparingly, and what waits for
     * them does not grow}
     */
    public long scarceBytes() {
        return scarceBytes;
    }

    /** {@return how many bytes are free for what waits for sockets that have not taken the rest; not negative} */
    public long spareBytes() {
        return Math.max(0, bytesMax - scarceBytes - usedBytes);
    }

    /** {@return how many bytes may be used, without the reserve} */
    public long bytesMax() {
        return bytesMax;
    }
}
