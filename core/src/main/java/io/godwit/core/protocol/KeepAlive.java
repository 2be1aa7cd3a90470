package io.godwit.core.protocol;

/**
 * When a silent peer is sent a Ping, and when it is given up (RFC 6455 §5.5.2): the rule, shared by many connections.
 * Whatever comes from the peer is a sign of life; nothing is noted when it comes, and the silence is judged when a deadline
 * passes. All that is to be kept for a connection is when it was sent its last Ping. Any thread; the time is its caller's, in
 * nanoseconds that only grow, and so is that of the last sign of life. The caller judges only after it has read what has come.
 *
 * <p>The spread of a connection is 0 to 255: by how many 4,096ths its times are longer, so that those that came at once do
 * not expire at once.
 *
 * @param idleNs how long a peer may be silent, until it is given up, whether it was sent a Ping or not
 * @param pingNs until it is sent a Ping; none if that is not under {@code idleNs}
 * @param pongNs after the Ping, and after the peer has had the time to read what stands before the Ping, until it is given up
 */
public record KeepAlive(long idleNs, long pingNs, long pongNs) {

    /** 36 years: sums with the time do not overflow. */
    private static final long LONGEST_NS = 1L << 60;

    /** What is to be done. */
    public enum Verdict {
        /** Nothing, until {@link KeepAlive#nextNs}. */
        WAIT,
        /** A Ping is to be sent, and the time of it to be kept. */
        PING,
        /** The Ping was not answered: the connection is to be ended. */
        NO_PONG,
        /** The peer was silent for too long: the connection is to be ended. */
        IDLE
    }

    /**
     * Checks that each is positive. More than 36 years count as 36 years.
     *
     * @param idleNs as above
     * @param pingNs as above
     * @param pongNs as above
     */
    public KeepAlive {
        if (idleNs < 1 || pingNs < 1 || pongNs < 1) {
            throw new IllegalArgumentException(
                    "times must be positive: idle " + idleNs + ", ping " + pingNs + ", pong " + pongNs);
        }
        idleNs = Math.min(idleNs, LONGEST_NS);
        pingNs = Math.min(pingNs, LONGEST_NS);
        pongNs = Math.min(pongNs, LONGEST_NS);
    }

    /**
     * Gives what to keep where no Ping awaits an answer: at the start, and while the peer is not read.
     *
     * @param lastSignNs when the peer last showed a sign of life
     * @return the time of a Ping that was answered
     */
    public static long answeredNs(final long lastSignNs) {
        return lastSignNs - 1;
    }

    /** {@return whether a Ping awaits an answer: what came before it, or with it, is none} */
    private static boolean isPinged(final long pingedNs, final long lastSignNs) {
        return lastSignNs - pingedNs <= 0;
    }

    /**
     * Judges the silence of a peer that is read.
     *
     * @param spread the connection's
     * @param pingedNs when it was last sent a Ping, or {@link #answeredNs}
     * @param busyNs until when the peer may be busy with what it was sent before: it meets the Ping only then. No later
     *     than the Ping if nothing was
     * @param nowNs the time; for {@link Verdict#PING}, the next {@code pingedNs}
     * @param lastSignNs when the peer last showed a sign of life
     * @return what is to be done
     */
    public Verdict judge(
            final int spread, final long pingedNs, final long busyNs, final long nowNs, final long lastSignNs) {
        if (nowNs - lastSignNs >= spread(idleNs, spread)) {
            return Verdict.IDLE;
        }
        if (isPinged(pingedNs, lastSignNs)) {
            return nowNs - later(pingedNs, busyNs) >= pongNs ? Verdict.NO_PONG : Verdict.WAIT;
        }
        return pingNs < idleNs && nowNs - lastSignNs >= spread(pingNs, spread) ? Verdict.PING : Verdict.WAIT;
    }

    /**
     * Tells when to judge next, after {@link #judge} or at the start.
     *
     * @param spread the connection's
     * @param pingedNs when it was last sent a Ping, or {@link #answeredNs}
     * @param busyNs as for {@link #judge}
     * @param nowNs the time
     * @param lastSignNs when the peer last showed a sign of life
     * @return the time at which the verdict may change, if nothing comes until then
     */
    public long nextNs(
            final int spread, final long pingedNs, final long busyNs, final long nowNs, final long lastSignNs) {
        final long idle = lastSignNs + spread(idleNs, spread);
        final long ping = spread(pingNs, spread);
        // While a Pong is awaited it may come unnoticed, and the next Ping be due before this one had to be answered.
        return sooner(
                idle,
                isPinged(pingedNs, lastSignNs)
                        ? sooner(later(pingedNs, busyNs) + pongNs, nowNs + ping)
                        : lastSignNs + ping);
    }

    /**
     * Judges the silence of a peer that is not being read, so that neither a Pong nor anything else of it can be heard. It is
     * sent Pings all the same, since a write is what shows that a connection is broken; none of them has to be answered, so
     * that the caller keeps {@link #answeredNs} of the time.
     *
     * @param spread the connection's
     * @param pingedNs what was kept last
     * @param nowNs the time
     * @param lastSignNs when the peer last showed a sign of life of another kind
     * @return {@link Verdict#WAIT}, {@link Verdict#PING} or {@link Verdict#IDLE}
     */
    public Verdict judgeUnread(final int spread, final long pingedNs, final long nowNs, final long lastSignNs) {
        if (nowNs - lastSignNs >= spread(idleNs, spread)) {
            return Verdict.IDLE;
        }
        return pingNs < idleNs && nowNs - pingedNs >= spread(pingNs, spread) ? Verdict.PING : Verdict.WAIT;
    }

    /**
     * Tells when to {@link #judgeUnread} next.
     *
     * @param spread the connection's
     * @param pingedNs what was kept last
     * @param nowNs the time
     * @param lastSignNs when the peer last showed a sign of life
     * @return the time at which the verdict may change, if there is none until then
     */
    public long nextUnreadNs(final int spread, final long pingedNs, final long nowNs, final long lastSignNs) {
        final long idle = lastSignNs + spread(idleNs, spread);
        // A Ping that is overdue is sent when this is judged, and not at a time that has passed.
        return pingNs < idleNs ? sooner(idle, later(pingedNs + spread(pingNs, spread), nowNs)) : idle;
    }

    private static long later(final long a, final long b) {
        return a - b > 0 ? a : b;
    }

    private static long sooner(final long a, final long b) {
        return a - b < 0 ? a : b;
    }

    private static long spread(final long ns, final int spread) {
        if (spread < 0 || spread > 255) {
            throw new IllegalArgumentException("spread must be 0 to 255, not " + spread);
        }
        return ns + (ns >>> 12) * spread;
    }
}
