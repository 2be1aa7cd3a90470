package io.godwit.bench.load;

/**
 * The time that is measured: a message counts by when it was to be sent, not by when its echo came. One thread sets it,
 * any may ask.
 */
final class Window {

    private volatile long startNs = Long.MAX_VALUE;
    private volatile long endNs = Long.MAX_VALUE;

    /**
     * Begins it.
     *
     * @param nowNs the time, as of {@link System#nanoTime}
     */
    void begin(final long nowNs) {
        startNs = nowNs;
    }

    /**
     * Ends it.
     *
     * @param nowNs the time
     */
    void end(final long nowNs) {
        endNs = nowNs;
    }

    /** {@return whether it has ended} */
    boolean hasEnded() {
        return endNs != Long.MAX_VALUE;
    }

    /**
     * Judges a time.
     *
     * @param timeNs any
     * @return whether it lies within
     */
    boolean contains(final long timeNs) {
        return timeNs >= startNs && timeNs < endNs;
    }
}
