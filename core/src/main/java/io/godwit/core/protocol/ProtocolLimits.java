package io.godwit.core.protocol;

/**
 * What one peer may make us hold.
 *
 * @param frameBytesMax the longest payload of one frame, in bytes; a longer one is failed with 1009 at its header
 * @param messageBytesMax the longest message, in bytes, after any extension; failed with 1009 as soon as it is known
 * @param fragmentsMax the most frames of one message; failed with 1009 at the header that exceeds it
 */
public record ProtocolLimits(long frameBytesMax, int messageBytesMax, int fragmentsMax) {

    /** 64 KiB a frame and a message, 1,024 frames a message. */
    public static final ProtocolLimits DEFAULT = new ProtocolLimits(65_536, 65_536, 1_024);

    /**
     * Checks that each is positive.
     *
     * @param frameBytesMax as above
     * @param messageBytesMax as above
     * @param fragmentsMax as above
     */
    public ProtocolLimits {
        if (frameBytesMax < 1 || messageBytesMax < 1 || fragmentsMax < 1) {
            throw new IllegalArgumentException("limits must be positive: frameBytesMax " + frameBytesMax
                    + ", messageBytesMax " + messageBytesMax + ", fragmentsMax " + fragmentsMax);
        }
    }
}
