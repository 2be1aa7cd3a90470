package io.godwit.reactor.endpoint;

import java.time.Duration;
import java.util.Objects;

/**
 * What may wait for a peer that reads slowly, and what happens to one that reads too slowly.
 *
 * @param bytesSoft the soft mark, in bytes that wait for the socket: at or over it {@code send} says
 *     {@link SendResult#QUEUED}, and the peer is not read
 * @param bytesMax the hard limit: what follows a message that would exceed it is the policy's matter; one that is longer
 *     itself is {@link SendResult#TOO_LONG}. While the loop's memory is scarce a peer for which something waits already gets
 *     no more than a share of what is left: then the next message is {@link SendResult#DROPPED}, under any policy
 * @param policy what happens at the hard limit
 * @param timeout while the soft mark is reached, the peer has to take as many bytes as that within this time; a slower one
 *     is closed with 1008, whatever the policy
 */
public record OutboundLimits(int bytesSoft, int bytesMax, SlowConsumerPolicy policy, Duration timeout) {

    /** A soft mark of 64 KiB, a hard limit of 1 MiB, {@link SlowConsumerPolicy#CLOSE}, 30 s. */
    public static final OutboundLimits DEFAULT =
            new OutboundLimits(65_536, 1_048_576, SlowConsumerPolicy.CLOSE, Duration.ofSeconds(30));

    /**
     * Checks each.
     *
     * @param bytesSoft positive
     * @param bytesMax over the soft mark
     * @param policy not null
     * @param timeout a millisecond at least
     * @throws IllegalArgumentException if one is not
     */
    public OutboundLimits {
        Checks.requirePositive("outbound.bytesSoft", bytesSoft);
        if (bytesMax <= bytesSoft) {
            throw new IllegalArgumentException(
                    "outbound.bytesMax " + bytesMax + " is not over outbound.bytesSoft " + bytesSoft);
        }
        Objects.requireNonNull(policy, "outbound.policy");
        Checks.requireDuration("outbound.timeout", timeout);
    }

    /**
     * Sets what may wait.
     *
     * @param soft the soft mark, in bytes
     * @param max the hard limit, in bytes
     * @return a copy of these limits with them
     */
    public OutboundLimits withBytes(final int soft, final int max) {
        return new OutboundLimits(soft, max, policy, timeout);
    }

    /**
     * Sets the policy.
     *
     * @param atTheLimit what happens at the hard limit
     * @return a copy of these limits with it
     */
    public OutboundLimits withPolicy(final SlowConsumerPolicy atTheLimit) {
        return new OutboundLimits(bytesSoft, bytesMax, atTheLimit, timeout);
    }

    /**
     * Sets the time.
     *
     * @param slow how long a peer may take for as many bytes as the soft mark
     * @return a copy of these limits with it
     */
    public OutboundLimits withTimeout(final Duration slow) {
        return new OutboundLimits(bytesSoft, bytesMax, policy, slow);
    }
}
