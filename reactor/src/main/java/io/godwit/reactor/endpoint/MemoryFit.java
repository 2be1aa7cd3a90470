package io.godwit.reactor.endpoint;

/**
 * What the loops of a server may hold, fitted to the heap: what is left of it after the JVM itself, the loops' own queues and
 * the connections is divided by the loops. Half of that is left to the collector and to handlers, unless more is asked for.
 *
 * @param heapBytes the most that the heap can be
 * @param loops how many share it
 * @param admission how many connections there can be
 * @param spareBytes what is left for what they hold
 * @param names what messages call what can be changed
 */
record MemoryFit(long heapBytes, int loops, AdmissionLimits admission, long spareBytes, MemoryNames names) {

    /** What a JVM with this library, a logger and some handlers takes before it serves anybody. */
    private static final long JVM_BYTES = 12L << 20;

    /** Its selector, timers, counters, and what its pools and protocols keep beside bytes. */
    private static final long LOOP_BYTES = 256L << 10;

    /** A place in a queue, and as much again since queues have a power of two. */
    private static final long PLACE_BYTES = 8;

    /**
     * A connection with all its objects: 1.2 kB while it is idle, 1.5 kB if its handler runs on workers; a protocol of its own
     * while a message is under way, and a queue while something waits for its socket, are the rest.
     */
    private static final long CONNECTION_BYTES = 2_560;

    /** The longest message takes up to three times its length while it is put together, and its answer as much again. */
    private static final long MESSAGE_TIMES = 4;

    /** The last sixteenth of what a loop may hold is for short messages. */
    private static final long SHARE_OF_LONG = 15;

    private static final long SHARES = 16;

    private static final long MEBIBYTE = 1 << 20;

    static MemoryFit of(final ServerOptions options, final long heapBytes, final MemoryNames names) {
        final AdmissionLimits admission = options.admission();
        final long connections = (long) admission.connectionsMax() + admission.backlog();
        final int loops = options.threads().loops();
        final long queues = PLACE_BYTES * (options.loop().commandsMax() + 2 * connections);
        final long needed = JVM_BYTES + connections * CONNECTION_BYTES + loops * (LOOP_BYTES + queues);
        return new MemoryFit(heapBytes, loops, admission, heapBytes - needed, names);
    }

    /**
     * Tells what a loop may hold by default.
     *
     * @param messageBytesMax the longest message
     * @return the usual, or less if there is no room; the least that a loop can do with in any case, if there is room for that
     */
    private long standardBytes(final long messageBytesMax) {
        final long least = Math.min(LoopLimits.BUFFERED_BYTES_MIN, bytesMax());
        return Math.min(usualBytes(messageBytesMax), Math.max(least, bytesFor(spareBytes / 2)));
    }

    /**
     * Tells what a loop may hold if the heap has room for it.
     *
     * @param messageBytesMax the longest message
     * @return how many bytes
     */
    static long usualBytes(final long messageBytesMax) {
        return Math.max(LoopLimits.FITTED_BYTES_MAX, MESSAGE_TIMES * messageBytesMax);
    }

    /**
     * Tells the least with which the longest message can come in at all: what has come of it moves to a buffer of twice the
     * length, or of all of it, until that is long enough; so half of it is held beside the whole.
     */
    private static long leastFor(final long messageBytesMax) {
        return (messageBytesMax + messageBytesMax / 2) / SHARE_OF_LONG * SHARES;
    }

    /** {@return the most that may be asked for} */
    long bytesMax() {
        return bytesFor(spareBytes / 4 * 3);
    }

    /** {@return the heap with which each loop may hold the least that it can do with; up to a few bytes, by the rounding} */
    private long leastHeapBytes() {
        final long share = LoopLimits.BUFFERED_BYTES_MIN / 8 * 11 * loops;
        return heapBytes - spareBytes + (share + 2) / 3 * 4;
    }

    /** Beside what it may hold, a loop has an eighth of that in reserve, and keeps as much for reuse in each of two pools. */
    private long bytesFor(final long share) {
        return share / loops / 11 * 8;
    }

    /**
     * Judges what is asked for.
     *
     * @param asked for each loop; {@link LoopLimits#FITTED}: what there is room for
     * @param messageBytesMax the longest message
     * @return what each loop may hold
     * @throws IllegalArgumentException if there is not so much, or the longest message would never fit
     */
    long judge(final long asked, final long messageBytesMax) {
        final long judged = judgeHeap(asked, messageBytesMax);
        if (judged < leastFor(messageBytesMax)) {
            throw new IllegalArgumentException("messages of " + messageBytesMax + " bytes can never come in where "
                    + told(loops) + " may hold " + judged + " bytes" + (loops == 1 ? "" : " each") + ", in a heap of "
                    + mebibytes(heapBytes) + ": that takes " + leastFor(messageBytesMax) + "; lower "
                    + names.messageBytesMax() + " or " + names.loops() + ", or raise "
                    + (asked == LoopLimits.FITTED ? "the heap (-Xmx)" : names.bufferedBytesMax()));
        }
        return judged;
    }

    private long judgeHeap(final long asked, final long messageBytesMax) {
        if (asked == LoopLimits.FITTED) {
            final long standard = standardBytes(messageBytesMax);
            if (standard < LoopLimits.BUFFERED_BYTES_MIN) {
                throw new IllegalArgumentException("the JVM's heap of " + mebibytes(heapBytes) + " is too small for "
                        + told(loops) + ", " + admission.connectionsMax() + " connections and a backlog of "
                        + admission.backlog() + ", which take "
                        + mebibytes(leastHeapBytes() + MEBIBYTE - 1) + ": raise it (-Xmx), or lower "
                        + names.connectionsMax() + ", " + names.backlog() + " or " + names.loops());
            }
            return standard;
        }
        if (asked > bytesMax()) {
            throw new IllegalArgumentException(told(loops) + " that may hold " + asked
                    + " bytes each do not fit into a heap of " + mebibytes(heapBytes) + ", which has room for "
                    + Math.max(0, bytesMax()) + " bytes each, beside " + admission.connectionsMax()
                    + " connections and a backlog of " + admission.backlog() + ": raise it (-Xmx), or lower "
                    + names.bufferedBytesMax() + ", " + names.loops() + ", " + names.connectionsMax() + " or "
                    + names.backlog());
        }
        return asked;
    }

    private static String told(final int loops) {
        return loops == 1 ? "1 loop" : loops + " loops";
    }

    private static String mebibytes(final long bytes) {
        return bytes / MEBIBYTE + " MiB";
    }
}
