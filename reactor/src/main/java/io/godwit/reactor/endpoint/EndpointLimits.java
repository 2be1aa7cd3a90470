package io.godwit.reactor.endpoint;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.protocol.ProtocolLimits;

/**
 * What one connection of an endpoint may make the server hold.
 *
 * @param protocol what a peer may send
 * @param outboundBytesSoft the soft mark, in bytes that wait for the socket: at or over it {@code send} says
 *     {@link SendResult#QUEUED}, and the peer is not read
 * @param outboundBytesMax the hard limit: a message that would exceed it is {@link SendResult#DROPPED}. It has to exceed the
 *     soft mark by a message of the longest size that a peer may send, so that an echo to a slow peer loses nothing
 * @param fragmentBytes messages that are longer leave in frames of this payload length; 0: in one frame
 */
public record EndpointLimits(ProtocolLimits protocol, int outboundBytesSoft, int outboundBytesMax, int fragmentBytes) {

    /** {@link ProtocolLimits#DEFAULT}, a soft mark of 64 KiB, a hard limit of 1 MiB, no splitting. */
    public static final EndpointLimits DEFAULT = new EndpointLimits(ProtocolLimits.DEFAULT, 65_536, 1_048_576, 0);

    /**
     * Checks that the limits fit each other.
     *
     * @param protocol what a peer may send
     * @param outboundBytesSoft positive
     * @param outboundBytesMax the soft mark and one message of the longest size, at least
     * @param fragmentBytes not negative
     * @throws IllegalArgumentException if they do not
     */
    public EndpointLimits {
        if (outboundBytesSoft < 1) {
            throw new IllegalArgumentException("outboundBytesSoft must be positive, not " + outboundBytesSoft);
        }
        if (fragmentBytes < 0) {
            throw new IllegalArgumentException("fragmentBytes must not be negative, but is " + fragmentBytes);
        }
        final long echo = outboundBytesMin(outboundBytesSoft, protocol.messageBytesMax(), fragmentBytes);
        if (outboundBytesMax < echo) {
            throw new IllegalArgumentException("outboundBytesMax " + outboundBytesMax + " is under " + echo
                    + ": outboundBytesSoft and one message of messageBytesMax");
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
        final long echo = outboundBytesMin(outboundBytesSoft, bytes, fragmentBytes);
        final int max = (int) Math.min(Integer.MAX_VALUE, Math.max(outboundBytesMax, echo));
        return new EndpointLimits(
                new ProtocolLimits(bytes, bytes, protocol.fragmentsMax()), outboundBytesSoft, max, fragmentBytes);
    }

    /**
     * Sets what may wait for a peer that reads slowly.
     *
     * @param soft the soft mark, in bytes
     * @param max the hard limit, in bytes
     * @return a copy of these limits with them
     */
    public EndpointLimits withOutboundBytes(final int soft, final int max) {
        return new EndpointLimits(protocol, soft, max, fragmentBytes);
    }

    /**
     * Sets how long messages leave.
     *
     * @param bytes in frames of this payload length; 0: in one frame
     * @return a copy of these limits with it
     */
    public EndpointLimits withFragmentBytes(final int bytes) {
        return new EndpointLimits(protocol, outboundBytesSoft, outboundBytesMax, bytes);
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
