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
    private final RateMeter meter;
    private boolean throttled;

    Vigil(final Connection connection, final KeepAlive.Terms silence, final RateLimits speed) {
        this.connection = connection;
        keepAlive = new KeepAlive(silence, spreadOf(connection.id()));
        meter = new RateMeter(speed, connection.loop().nowNs());
    }

    /** Those that came at once have neighbouring ids. */
    private static int spreadOf(final long id) {
        return (int) (id * 0x9E3779B97F4A7C15L >>> 56);
    }

    /** {@return whether the peer has sent too many messages, with this one} */
    boolean onMessage() {
        return meter.onMessage(connection.loop().nowNs());
    }

    /** {@return whether the peer has sent too many bytes, with these} */
    boolean onBytes(final int bytes) {
        return meter.onBytes(bytes, connection.loop().nowNs());
    }

    /** {@return whether a peer that is too fast is to be closed, rather than read more slowly} */
    boolean closesTheFast() {
        return meter.action() == RateLimits.Action.CLOSE;
    }

    /** {@return whether that is news} */
    boolean throttle() {
        final boolean news = !throttled;
        throttled = true;
        return news;
    }

    /** {@return whether a peer that was throttled may go on, from now} */
    boolean eases(final long nowNs) {
        if (!throttled || nowNs - meter.easedNs() < 0) {
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
        return throttled ? sooner(silenceNs, meter.easedNs()) : silenceNs;
    }

    private static long sooner(final long a, final long b) {
        return a - b < 0 ? a : b;
    }
}
