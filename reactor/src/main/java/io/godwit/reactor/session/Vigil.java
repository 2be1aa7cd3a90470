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
    private final KeepAlive keepAlive;
    private final RateLimits speed;

    /** Until when the messages that have come are paid for; likewise the bytes. */
    private long messagesPaidNs;

    private long bytesPaidNs;
    private boolean throttled;

    Vigil(final Connection connection, final KeepAlive.Terms silence, final RateLimits speed) {
        this.connection = connection;
        keepAlive = new KeepAlive(silence, spreadOf(connection.id()));
        this.speed = speed;
        messagesPaidNs = connection.loop().nowNs();
        bytesPaidNs = messagesPaidNs;
    }

    /** Those that came at once have neighbouring ids. */
    private static int spreadOf(final long id) {
        return (int) (id * 0x9E3779B97F4A7C15L >>> 56);
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

    /** Judges the silence of the peer. */
    KeepAlive.Verdict judgeSilence(final long nowNs) {
        return connection.isBacklogged()
                ? keepAlive.judgeUnread(nowNs, connection.lastSignNs())
                : keepAlive.judge(nowNs, connection.lastSignNs());
    }

    /** {@return when to judge next} */
    long nextNs() {
        final long silenceNs = connection.isBacklogged()
                ? sooner(keepAlive.nextUnreadNs(connection.lastSignNs()), connection.slowDeadlineNs())
                : keepAlive.nextNs(connection.loop().nowNs(), connection.lastSignNs());
        return throttled ? sooner(silenceNs, easedNs()) : silenceNs;
    }

    private long easedNs() {
        return RateMeter.easedNs(messagesPaidNs, bytesPaidNs);
    }

    private static long sooner(final long a, final long b) {
        return a - b < 0 ? a : b;
    }
}
