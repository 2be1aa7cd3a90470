package io.godwit.reactor.session;

import io.godwit.core.protocol.KeepAlive;
import io.godwit.reactor.endpoint.RateLimits;
import io.godwit.reactor.net.Connection;

/**
 * What one open connection is watched for: silence, speed, and slowness to take what is sent. It is judged as bytes come
 * and when the connection's one timer expires, and tells when that is to be next. Loop only.
 */
final class Vigil {

    private final Connection connection;
    private final RateLimits speed;

    /** Until when the messages that have come are paid for; likewise the bytes. */
    private long messagesPaidNs;

    private long bytesPaidNs;

    /** When the peer was sent its last Ping, or what {@link KeepAlive} has kept in place of it. */
    private long pingedNs;

    private boolean throttled;

    Vigil(final Connection connection, final RateLimits speed) {
        this.connection = connection;
        this.speed = speed;
        messagesPaidNs = connection.loop().nowNs();
        bytesPaidNs = messagesPaidNs;
        pingedNs = KeepAlive.answeredNs(connection.lastSignNs());
    }

    /** Those that came at once have neighbouring ids. */
    private int spread() {
        return (int) (connection.id() * 0x9E3779B97F4A7C15L >>> 56);
    }

    /** {@return how many messages may come now before they are too many} */
    int messagesMax() {
        return RateMeter.room(
                messagesPaidNs, speed.messagesPerSecondMax(), connection.loop().nowNs());
    }

    /** The peer has sent so many messages. */
    void onMessages(final int count) {
        messagesPaidNs = RateMeter.pay(
                messagesPaidNs,
                count,
                speed.messagesPerSecondMax(),
                connection.loop().nowNs());
    }

    /** {@return whether the peer has sent too many bytes, with these} */
    boolean onBytes(final int bytes) {
        final long nowNs = connection.loop().nowNs();
        bytesPaidNs = RateMeter.pay(bytesPaidNs, bytes, speed.bytesPerSecondMax(), nowNs);
        return RateMeter.isTooFast(bytesPaidNs, nowNs);
    }

    /** {@return whether a peer that is too fast is to be closed, rather than read more slowly} */
    boolean closesTheFast() {
        return speed.action() == RateLimits.Action.CLOSE;
    }

    /** {@return whether that is news} */
    boolean throttle() {
        final boolean news = !throttled;
        throttled = true;
        return news;
    }

    /** {@return whether a peer that was throttled may go on, from now} */
    boolean eases(final long nowNs) {
        if (!throttled || nowNs - easedNs() < 0) {
            return false;
        }
        throttled = false;
        return true;
    }

    /** {@return whether the peer takes too slowly what waits for it} */
    boolean isSlow(final long nowNs) {
        return connection.isBacklogged() && nowNs - connection.slowDeadlineNs() >= 0;
    }

    /**
     * Judges the silence of the peer.
     *
     * @param keepAlive how long it may last
     * @param nowNs the time
     * @return what is to be done; for {@link KeepAlive.Verdict#PING} it counts as done
     */
    KeepAlive.Verdict judgeSilence(final KeepAlive keepAlive, final long nowNs) {
        final long lastSignNs = connection.lastSignNs();
        if (connection.isBacklogged()) {
            pingedNs = KeepAlive.answeredNs(lastSignNs);
            return keepAlive.judgeUnread(spread(), nowNs, lastSignNs);
        }
        final KeepAlive.Verdict verdict = keepAlive.judge(spread(), pingedNs, nowNs, lastSignNs);
        if (verdict == KeepAlive.Verdict.PING) {
            pingedNs = nowNs;
        }
        return verdict;
    }

    /**
     * Tells when to judge next.
     *
     * @param keepAlive how long silence may last
     * @return the time, in the loop's
     */
    long nextNs(final KeepAlive keepAlive) {
        final long lastSignNs = connection.lastSignNs();
        final long silenceNs = connection.isBacklogged()
                ? sooner(keepAlive.nextUnreadNs(spread(), lastSignNs), connection.slowDeadlineNs())
                : keepAlive.nextNs(spread(), pingedNs, connection.loop().nowNs(), lastSignNs);
        return throttled ? sooner(silenceNs, easedNs()) : silenceNs;
    }

    private long easedNs() {
        return RateMeter.easedNs(messagesPaidNs, bytesPaidNs);
    }

    private static long sooner(final long a, final long b) {
        return a - b < 0 ? a : b;
    }
}
