package io.godwit.core.protocol;

/**
 * When a silent peer is sent a Ping, and when it is given up (RFC 6455 §5.5.2). Whatever comes from the peer is a sign of
 * life; nothing is noted when it comes, and the silence is judged when a deadline passes. For one thread; the time is its
 * caller's, in nanoseconds that only grow.
 */
public final class KeepAlive {

    /**
     * How long a peer may be silent; shared by many connections.
     *
     * @param idleNs until it is given up, whether it was sent a Ping or not
     * @param pingNs until it is sent a Ping; none, where that is not under {@code idleNs}
     * @param pongNs after the Ping, until it is given up
     */
    public record Terms(long idleNs, long pingNs, long pongNs) {

        /**
         * Checks that each is positive.
         *
         * @param idleNs as above
         * @param pingNs as above
         * @param pongNs as above
         */
        public Terms {
            if (idleNs < 1 || pingNs < 1 || pongNs < 1) {
                throw new IllegalArgumentException(
                        "times must be positive: idle " + idleNs + ", ping " + pingNs + ", pong " + pongNs);
            }
        }
    }

    /** What is to be done. */
    public enum Verdict {
        /** Nothing, until {@link #nextNs}. */
        WAIT,
        /** A Ping is to be sent. */
        PING,
        /** The Ping was not answered: the connection is to be ended. */
        NO_PONG,
        /** The peer was silent for too long: the connection is to be ended. */
        IDLE
    }

    private final Terms terms;
    private final int spread;
    private boolean pinged;
    private long pingedNs;

    /**
     * Starts with a peer that has just shown a sign of life.
     *
     * @param terms for its silence
     * @param spread 0 to 255: by how many 4,096ths the times of this connection are longer, so that those that came at once
     *     do not expire at once
     */
    public KeepAlive(final Terms terms, final int spread) {
        if (spread < 0 || spread > 255) {
            throw new IllegalArgumentException("spread must be 0 to 255, not " + spread);
        }
        this.terms = terms;
        this.spread = spread;
    }

    /**
     * Judges the silence.
     *
     * @param nowNs the time
     * @param lastSignNs when the peer last showed a sign of life
     * @return what is to be done; for {@link Verdict#PING} it counts as done
     */
    public Verdict judge(final long nowNs, final long lastSignNs) {
        pinged &= lastSignNs - pingedNs <= 0;
        if (nowNs - lastSignNs >= spread(terms.idleNs)) {
            return Verdict.IDLE;
        }
        if (pinged) {
            return nowNs - pingedNs >= terms.pongNs ? Verdict.NO_PONG : Verdict.WAIT;
        }
        if (terms.pingNs < terms.idleNs && nowNs - lastSignNs >= spread(terms.pingNs)) {
            pinged = true;
            pingedNs = nowNs;
            return Verdict.PING;
        }
        return Verdict.WAIT;
    }

    /**
     * Tells when to judge next, after {@link #judge} or at the start.
     *
     * @param nowNs the time
     * @param lastSignNs when the peer last showed a sign of life
     * @return the time at which the verdict may change, if nothing comes until then
     */
    public long nextNs(final long nowNs, final long lastSignNs) {
        final long idle = lastSignNs + spread(terms.idleNs);
        final long ping = lastSignNs + spread(terms.pingNs);
        // While a Pong is awaited it may come unnoticed, and the next Ping be due before this one had to be answered.
        return sooner(idle, pinged ? sooner(pingedNs + terms.pongNs, nowNs + spread(terms.pingNs)) : ping);
    }

    /**
     * Judges the silence of a peer that is not being read, so that neither a Pong nor anything else of it can be heard: it is
     * sent no Ping, and none that it was sent counts any more.
     *
     * @param nowNs the time
     * @param lastSignNs when the peer last showed a sign of life of another kind
     * @return {@link Verdict#WAIT} or {@link Verdict#IDLE}
     */
    public Verdict judgeUnread(final long nowNs, final long lastSignNs) {
        pinged = false;
        return nowNs - lastSignNs >= spread(terms.idleNs) ? Verdict.IDLE : Verdict.WAIT;
    }

    /**
     * Tells when to {@link #judgeUnread} next.
     *
     * @param lastSignNs when the peer last showed a sign of life
     * @return the time at which the verdict may change, if there is none until then
     */
    public long nextUnreadNs(final long lastSignNs) {
        return lastSignNs + spread(terms.idleNs);
    }

    private static long sooner(final long a, final long b) {
        return a - b < 0 ? a : b;
    }

    private long spread(final long ns) {
        return ns + (ns >>> 12) * spread;
    }
}
