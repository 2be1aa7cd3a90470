package io.godwit.reactor.server;

import java.util.Arrays;

/**
 * Tells for how long each loop has been held up, without the time during which nobody ran: while the process is stopped, the
 * machine sleeps or memory is collected, the watchdog does not look either, and no handler is to blame. For one thread.
 */
final class HeldTime {

    private final long gapNs;

    /** The begin of the cycle of each loop that was seen last, and how much of it does not count. */
    private final long[] beganNs;

    private final long[] excusedNs;
    private long lookedNs;
    private long missedNs;

    /**
     * Begins to watch.
     *
     * @param loops how many
     * @param periodNs how often it is looked; a look that comes twice as late counts as a stall of all
     * @param nowNs the present time
     */
    HeldTime(final int loops, final long periodNs, final long nowNs) {
        gapNs = 2 * periodNs;
        beganNs = new long[loops];
        Arrays.fill(beganNs, Long.MIN_VALUE);
        excusedNs = new long[loops];
        lookedNs = nowNs;
    }

    /** Begins a look at all loops. */
    void look(final long nowNs) {
        missedNs = Math.max(0, nowNs - lookedNs - gapNs);
        lookedNs = nowNs;
    }

    /**
     * Judges one loop, once in a look.
     *
     * @param loop its index
     * @param sinceNs when its present cycle began
     * @return for how long it is held up
     */
    long of(final int loop, final long sinceNs) {
        final long ageNs = lookedNs - sinceNs;
        // A cycle that was not seen before may have begun while nobody looked.
        final long excused =
                sinceNs == beganNs[loop] ? excusedNs[loop] + missedNs : Math.min(missedNs, Math.max(0, ageNs));
        beganNs[loop] = sinceNs;
        excusedNs[loop] = excused;
        return ageNs - excused;
    }
}
