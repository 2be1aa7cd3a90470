package io.godwit.reactor.session;

import java.util.concurrent.TimeUnit;

/**
 * How fast one peer sends, as a token bucket of one second: what comes is paid for with time, at the rate that is allowed,
 * and the peer may be one second ahead. All that is to be kept for it is until when it has paid.
 *
 * <p>What comes is paid for from when it may have come: that is now, or, right after the loop was held up, the time at which
 * that began.
 */
final class RateMeter {

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long MICRO_NS = 1_000;

    /** Who was too fast goes on once it is so little ahead of the limit; less would have it stop and go with each message. */
    private static final long EASED_NS = SECOND_NS - SECOND_NS / 8;

    private RateMeter() {}

    /**
     * Pays for what has come.
     *
     * @param paidNs until when the peer has paid before; at the start, the time
     * @param amount how many messages or bytes; a read buffer's worth at a time does not overflow; negative: what was paid for
     *     before, and need not be
     * @param perSecondMax how many may come in a second
     * @param cameNs since when it may have come
     * @return until when it has paid now
     */
    static long pay(final long paidNs, final long amount, final long perSecondMax, final long cameNs) {
        return later(paidNs, cameNs) + amount * SECOND_NS / perSecondMax;
    }

    /**
     * Tells how much may come.
     *
     * @param paidNs until when the peer has paid
     * @param perSecondMax how many messages or bytes may come in a second
     * @param cameNs since when they may have come: two minutes before the time at most
     * @param nowNs the time
     * @return the most that is not too fast
     */
    static int room(final long paidNs, final long perSecondMax, final long cameNs, final long nowNs) {
        final long roomNs = SECOND_NS - (later(paidNs, cameNs) - nowNs);
        if (roomNs <= 0) {
            return 0;
        }
        // A peer that may send more than one a nanosecond is bounded by its bytes.
        return perSecondMax >= Integer.MAX_VALUE
                ? Integer.MAX_VALUE
                : (int) Math.min(Integer.MAX_VALUE, amountIn(roomNs, perSecondMax));
    }

    /** More than a second is told to the microsecond: else the product would overflow. */
    private static long amountIn(final long ns, final long perSecondMax) {
        return ns <= SECOND_NS ? ns * perSecondMax / SECOND_NS : ns / MICRO_NS * perSecondMax / (SECOND_NS / MICRO_NS);
    }

    /** {@return whether there have been too many} */
    static boolean isTooFast(final long paidNs, final long nowNs) {
        return paidNs - nowNs > SECOND_NS;
    }

    /** {@return when a peer that was too fast may go on, who has paid for messages and for bytes} */
    static long easedNs(final long messagesPaidNs, final long bytesPaidNs) {
        return later(messagesPaidNs, bytesPaidNs) - EASED_NS;
    }

    private static long later(final long a, final long b) {
        return a - b > 0 ? a : b;
    }
}
