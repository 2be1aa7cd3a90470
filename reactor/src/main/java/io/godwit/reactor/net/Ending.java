package io.godwit.reactor.net;

import io.godwit.reactor.endpoint.OutboundLimits;

/**
 * How long a peer may take for the end of its connection: to take what waits for it, and to answer. While something waits for
 * the socket, each write that the socket takes is progress, and extends the time; but a peer has to be as fast as the limits
 * of a slow consumer ask. Once all is in the kernel, the time counts from when the peer can have read it. Loop only.
 */
final class Ending {

    private final Outbound outbound;
    private final long limitNs;

    /** When the socket took something last, or the end began. */
    private long progressNs;

    /** Since when, and how much of, as many bytes as the soft mark are being taken. */
    private long periodNs;

    private long periodBytes;

    Ending(final Outbound outbound, final long limitNs, final long nowNs) {
        this.outbound = outbound;
        this.limitNs = limitNs;
        progressNs = nowNs;
        periodNs = nowNs;
    }

    /** The socket has taken something. */
    void taken(final long bytes, final long nowNs) {
        progressNs = nowNs;
        periodBytes += bytes;
        if (periodBytes >= outbound.pace().bytesSoft()) {
            periodNs = nowNs;
            periodBytes = 0;
        }
    }

    /** {@return when the peer has had its time, if nothing leaves until then} */
    long dueNs() {
        final long answerNs = later(progressNs, outbound.busyUntilNs()) + limitNs;
        if (outbound.isEmpty()) {
            return answerNs;
        }
        final OutboundLimits pace = outbound.pace();
        // At least the limit: a write that is being tried, or was never tried, is no proof of slowness.
        final long slowNs = periodNs + Math.max(limitNs, pace.timeout().toNanos());
        return sooner(answerNs, slowNs);
    }

    private static long later(final long a, final long b) {
        return a - b > 0 ? a : b;
    }

    private static long sooner(final long a, final long b) {
        return a - b < 0 ? a : b;
    }
}
