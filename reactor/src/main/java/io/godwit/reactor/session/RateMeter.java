package io.godwit.reactor.session;

import io.godwit.reactor.endpoint.RateLimits;
import java.util.concurrent.TimeUnit;

/**
 * How fast one peer sends, as a token bucket of one second: what comes is paid for with time, at the rate that is allowed,
 * and the peer may be one second ahead. Loop only.
 */
final class RateMeter {

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    /** Who was too fast goes on once it is so little ahead of the limit; less would have it stop and go with each message. */
    private static final long EASED_NS = SECOND_NS - SECOND_NS / 8;

    private final RateLimits limits;

    /** Until when the messages that have come are paid for; likewise the bytes. */
    private long messagesPaidNs;

    private long bytesPaidNs;

    RateMeter(final RateLimits limits, final long nowNs) {
        this.limits = limits;
        messagesPaidNs = nowNs;
        bytesPaidNs = nowNs;
    }

    RateLimits.Action action() {
        return limits.action();
    }

    /** {@return whether there have been too many, with this one} */
    boolean onMessage(final long nowNs) {
        messagesPaidNs = later(messagesPaidNs, nowNs) + SECOND_NS / limits.messagesPerSecondMax();
        return messagesPaidNs - nowNs > SECOND_NS;
    }

    /** {@return whether there have been too many, with these} */
    boolean onBytes(final long bytes, final long nowNs) {
        // A read buffer's worth at a time: this does not overflow.
        bytesPaidNs = later(bytesPaidNs, nowNs) + bytes * SECOND_NS / limits.bytesPerSecondMax();
        return bytesPaidNs - nowNs > SECOND_NS;
    }

    /** {@return when a peer that was too fast may go on} */
    long easedNs() {
        return later(messagesPaidNs, bytesPaidNs) - EASED_NS;
    }

    private static long later(final long a, final long b) {
        return a - b > 0 ? a : b;
    }
}
