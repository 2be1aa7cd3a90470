package io.godwit.reactor.endpoint;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.protocol.ProtocolLimits;
import java.util.Objects;

/**
 * What one connection of an endpoint may make the server hold and do. Immutable; start from {@link #DEFAULT}.
 *
 * @param protocol what a peer may send
 * @param rate how fast
 * @param outbound what may wait for a peer that reads slowly. Its hard limit has to exceed its soft mark by a message of the
 *     longest size that a peer may send, so that an echo to a slow peer loses nothing
 * @param mailbox what may wait for the handler, where that does not run on the loop
 * @param fragmentBytes messages that are longer leave in frames of this payload length; 0: in one frame
 */
public record EndpointLimits(
        ProtocolLimits protocol, RateLimits rate, OutboundLimits outbound, MailboxLimits mailbox, int fragmentBytes) {

    /** The default of each, no splitting. */
    public static final EndpointLimits DEFAULT = new EndpointLimits(
            ProtocolLimits.DEFAULT, RateLimits.DEFAULT, OutboundLimits.DEFAULT, MailboxLimits.DEFAULT, 0);

    /**
     * Checks that the limits fit each other.
     *
     * @param protocol what a peer may send
     * @param rate how fast
     * @param outbound its hard limit holds the soft mark and one message of the longest size, at least
     * @param mailbox not null
     * @param fragmentBytes not negative
     * @throws IllegalArgumentException if they do not
     */
    public EndpointLimits {
        Objects.requireNonNull(rate, "rate");
        Objects.requireNonNull(mailbox, "mailbox");
        if (fragmentBytes < 0) {
            throw new IllegalArgumentException("fragmentBytes must not be negative, but is " + fragmentBytes);
        }
        final long echo = outboundBytesMin(outbound.bytesSoft(), protocol.messageBytesMax(), fragmentBytes);
        if (outbound.bytesMax() < echo) {
            throw new IllegalArgumentException("outbound.bytesMax " + outbound.bytesMax() + " is under " + echo
                    + ": outbound.bytesSoft and one message of messageBytesMax");
        }
    }

    /**
     * Allows longer, or only shorter, messages, in one frame or many; where an echo of them to a slow peer needs a higher
     * hard limit, that is raised too.
     *
     * @param bytes the longest message that a peer may send
     * @return a copy of these limits with it
     */
    public EndpointLimits withMessageBytesMax(final int bytes) {
        final long echo = outboundBytesMin(outbound.bytesSoft(), bytes, fragmentBytes);
        final int max = (int) Math.min(Integer.MAX_VALUE, Math.max(outbound.bytesMax(), echo));
        return new EndpointLimits(
                new ProtocolLimits(bytes, bytes, protocol.fragmentsMax()),
                rate,
                outbound.withBytes(outbound.bytesSoft(), max),
                mailbox,
                fragmentBytes);
    }

    /**
     * Sets what a peer may send.
     *
     * @param limits of frames and messages
     * @return a copy of these limits with them
     */
    public EndpointLimits withProtocol(final ProtocolLimits limits) {
        return new EndpointLimits(limits, rate, outbound, mailbox, fragmentBytes);
    }

    /**
     * Sets how fast a peer may send.
     *
     * @param limits of messages and bytes
     * @return a copy of these limits with them
     */
    public EndpointLimits withRate(final RateLimits limits) {
        return new EndpointLimits(protocol, limits, outbound, mailbox, fragmentBytes);
    }

    /**
     * Sets what may wait for a peer that reads slowly.
     *
     * @param limits of bytes and time, and the policy
     * @return a copy of these limits with them
     */
    public EndpointLimits withOutbound(final OutboundLimits limits) {
        return new EndpointLimits(protocol, rate, limits, mailbox, fragmentBytes);
    }

    /**
     * Sets what may wait for the handler.
     *
     * @param limits of messages and bytes
     * @return a copy of these limits with them
     */
    public EndpointLimits withMailbox(final MailboxLimits limits) {
        return new EndpointLimits(protocol, rate, outbound, limits, fragmentBytes);
    }

    /**
     * Sets how long messages leave.
     *
     * @param bytes in frames of this payload length; 0: in one frame
     * @return a copy of these limits with it
     */
    public EndpointLimits withFragmentBytes(final int bytes) {
        return new EndpointLimits(protocol, rate, outbound, mailbox, bytes);
    }

    /**
     * Tells what the hard limit has to be at least.
     *
     * @param outboundBytesSoft the soft mark, in bytes
     * @param messageBytesMax the longest message that a peer may send, in bytes
     * @param fragmentBytes the payload length of the frames that it leaves in; 0: one frame
     * @return the soft mark and one such message, with the headers of its frames, in bytes
     */
    public static long outboundBytesMin(
            final long outboundBytesSoft, final long messageBytesMax, final long fragmentBytes) {
        final long frames = fragmentBytes == 0 ? 1 : 1 + messageBytesMax / fragmentBytes;
        return outboundBytesSoft + messageBytesMax + frames * FrameWriter.HEADER_BYTES_MAX;
    }
}
