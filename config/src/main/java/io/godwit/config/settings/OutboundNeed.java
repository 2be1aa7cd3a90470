package io.godwit.config.settings;

import io.godwit.core.frame.FrameWriter;
import io.godwit.reactor.endpoint.EndpointLimits;

/**
 * What outbound-bytes-max has to be at least: an endpoint refuses limits by which a client that is read up to
 * outbound-bytes-soft could not be sent its longest message back.
 */
final class OutboundNeed {
    private final long soft;
    private final long fragment;

    private OutboundNeed(final long soft, final long fragment) {
        this.soft = soft;
        this.fragment = fragment;
    }

    /**
     * Tells whether the need can be known.
     *
     * @param endpoint the values of an endpoint
     * @return whether the keys that it depends on are readable
     */
    static boolean isKnown(final TableValues endpoint) {
        return endpoint.reads(EndpointKey.OUTBOUND_BYTES_SOFT)
                && endpoint.reads(EndpointKey.MESSAGE_BYTES_MAX)
                && endpoint.reads(EndpointKey.FRAGMENT_BYTES);
    }

    /**
     * Takes what the need depends on besides the message.
     *
     * @param endpoint the values of an endpoint of which it is known
     * @return the need
     */
    static OutboundNeed of(final TableValues endpoint) {
        return new OutboundNeed(
                endpoint.whole(EndpointKey.OUTBOUND_BYTES_SOFT), endpoint.whole(EndpointKey.FRAGMENT_BYTES));
    }

    /**
     * Computes the need.
     *
     * @param message the longest message, in bytes
     * @return bytes
     */
    long forMessage(final long message) {
        return EndpointLimits.outboundBytesMin(soft, message, fragment);
    }

    /**
     * Computes the reverse.
     *
     * @param outbound the bytes that may be needed
     * @return the longest message that needs no more
     */
    long messageWithin(final long outbound) {
        final long left = outbound - soft - FrameWriter.HEADER_BYTES_MAX;
        if (fragment == 0) {
            return left;
        }
        final long frame = fragment + FrameWriter.HEADER_BYTES_MAX;
        return left / frame * fragment + Math.min(left % frame, fragment - 1);
    }
}
