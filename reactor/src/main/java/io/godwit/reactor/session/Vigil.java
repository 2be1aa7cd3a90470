package io.godwit.reactor.session;

import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.protocol.KeepAlive;
import io.godwit.reactor.endpoint.RateLimits;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.PauseReason;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * What one open connection is watched for: silence, speed, slowness to take what is sent, and a message that does not end. It
 * is judged as bytes come and when the connection's one timer expires, before which its socket was read; and tells when that
 * is to be next. Loop only.
 */
final class Vigil {

    /** The bytes of a masked control frame's header (RFC 6455 §5.2). */
    private static final int CONTROL_HEADER_BYTES = 2 + Integer.BYTES;

    private final WebSocketStage stage;

    /** Until when the messages that have come are paid for, by the loop's clock; likewise the bytes. */
    private long messagesPaidNs;

    private long bytesPaidNs;

    /** When the peer was sent its last Ping, or what {@link KeepAlive} has kept in place of it. */
    private long pingedNs;

    /** For how long after that the peer may have been busy with what it was sent before, in milliseconds. */
    private int busyMs;

    /** How many Pongs the peer owes us, up to a bound: each answers a Ping of ours, and so is not its own doing. */
    private byte pongsOwed;

    private boolean throttled;

    Vigil(final WebSocketStage stage) {
        this.stage = stage;
        messagesPaidNs = connection().loop().cycleClockNs();
        bytesPaidNs = messagesPaidNs;
        pingedNs = KeepAlive.answeredNs(connection().lastSignNs());
    }

    private Connection connection() {
        return stage.connection();
    }

    private long nowNs() {
        return connection().loop().nowNs();
    }

    /** Those that came at once have neighbouring ids. */
    private int spread() {
        return (int) (connection().id() * 0x9E3779B97F4A7C15L >>> 56);
    }

    // --- speed

    private RateLimits speed() {
        return stage.limits().rate();
    }

    /** {@return the time that the meters go by: the loop's clock, since peers go on sending while the loop stands still} */
    private long clockNs() {
        return connection().loop().cycleClockNs();
    }

    /** {@return since when what is read now may have come} */
    private long cameNs() {
        return clockNs() - connection().loop().backlogNs();
    }

    /** {@return how many messages may come now before they are too many} */
    int messagesMax() {
        return RateMeter.room(messagesPaidNs, speed().messagesPerSecondMax(), cameNs(), clockNs());
    }

    /** The peer has sent so many messages. */
    void onMessages(final int count) {
        messagesPaidNs = RateMeter.pay(messagesPaidNs, count, speed().messagesPerSecondMax(), cameNs());
    }

    /** The peer has sent so many bytes. */
    void onBytes(final int bytes) {
        bytesPaidNs = RateMeter.pay(bytesPaidNs, bytes, speed().bytesPerSecondMax(), cameNs());
        if (RateMeter.isTooFast(bytesPaidNs, clockNs())) {
            slowDown();
        }
    }

    /** The peer has sent more than it may. */
    void slowDown() {
        if (stage.isClosing()) {
            return;
        }
        if (speed().action() == RateLimits.Action.CLOSE) {
            stage.fail(ProtocolViolation.RATE_EXCEEDED);
        } else if (!throttled) {
            throttled = true;
            stage.shared().counters().increment(Metric.THROTTLES);
            stage.pause(PauseReason.RATE);
            watch();
        }
    }

    private void ease(final long nowNs) {
        if (throttled && nowNs - easedNs() >= 0) {
            throttled = false;
            stage.resume(PauseReason.RATE);
        }
    }

    /** {@return when a throttled peer may go on, in the loop's time} */
    private long easedNs() {
        return RateMeter.easedNs(messagesPaidNs, bytesPaidNs) - (clockNs() - nowNs());
    }

    // --- Pongs that were asked for

    /** The peer is sent a Ping, by whomever. */
    void onPingSent() {
        if (pongsOwed < Byte.MAX_VALUE) {
            pongsOwed++;
        }
    }

    /**
     * Judges a Pong that has come.
     *
     * @param payload of it
     * @return whether it answers a Ping of ours: then it does not count against the peer's rate, nor do its bytes
     */
    boolean takeOwedPong(final ByteBuffer payload) {
        if (pongsOwed == 0) {
            return false;
        }
        pongsOwed--;
        stage.shared().turn().exempt(CONTROL_HEADER_BYTES + payload.remaining());
        return true;
    }

    // --- deadlines

    /** Sets the time at which this is to be looked at next. */
    void watch() {
        if (stage.isWatched()) {
            connection().deadline(nextNs());
        }
    }

    /** That time has come, and what has come until now was read. */
    void onDeadline(final long nowNs) {
        // A throttled peer is unread until now: what is read next has lain here for long, and shows nothing of the
        // peer.
        final boolean unread = connection().isUnread();
        ease(nowNs);
        if (isSlow(nowNs)) {
            stage.fail(ProtocolViolation.POLICY);
        } else if (!connection().isUnread() && stage.framing().isMessageLate(nowNs)) {
            stage.fail(ProtocolViolation.MESSAGE_TIMEOUT);
        } else {
            judgeSilence(unread, nowNs);
        }
        if (!stage.isClosing()) {
            watch();
        }
    }

    /** {@return whether the peer takes too slowly what waits for it} */
    private boolean isSlow(final long nowNs) {
        return connection().isBacklogged() && nowNs - connection().slowDeadlineNs() >= 0;
    }

    private void judgeSilence(final boolean unread, final long nowNs) {
        if (stage.isClosing()) {
            return;
        }
        switch (judgedSilence(unread, nowNs)) {
            case PING -> ping(unread, nowNs);
            case NO_PONG -> stage.closeForSilence(Metric.PONG_TIMEOUTS, "no pong");
            case IDLE -> stage.closeForSilence(Metric.IDLE_TIMEOUTS, "idle");
            default -> {
                // Something has come since the deadline was set.
            }
        }
    }

    private KeepAlive.Verdict judgedSilence(final boolean unread, final long nowNs) {
        final KeepAlive keepAlive = stage.shared().keepAlive();
        final long lastSignNs = connection().lastSignNs();
        return unread
                ? keepAlive.judgeUnread(spread(), pingedNs, nowNs, lastSignNs)
                : keepAlive.judge(spread(), pingedNs, busyNs(), nowNs, lastSignNs);
    }

    private void ping(final boolean unread, final long nowNs) {
        if (!unread) {
            pingedNs = nowNs;
            busyMs = (int) Math.min(
                    Integer.MAX_VALUE,
                    TimeUnit.NANOSECONDS.toMillis(connection().outbound().busyNs()));
        } else {
            pingedNs = KeepAlive.answeredNs(nowNs);
            if (!connection().outbound().isEmpty()) {
                // What waits for the socket shows as well whether the connection is broken.
                return;
            }
        }
        stage.sendPing();
    }

    private long busyNs() {
        return pingedNs + TimeUnit.MILLISECONDS.toNanos(busyMs);
    }

    private long nextNs() {
        final KeepAlive keepAlive = stage.shared().keepAlive();
        final long lastSignNs = connection().lastSignNs();
        long nextNs;
        if (connection().isUnread()) {
            nextNs = keepAlive.nextUnreadNs(spread(), pingedNs, nowNs(), lastSignNs);
            if (connection().isBacklogged()) {
                nextNs = sooner(nextNs, connection().slowDeadlineNs());
            }
        } else {
            nextNs = keepAlive.nextNs(spread(), pingedNs, busyNs(), nowNs(), lastSignNs);
            final long messageNs = stage.framing().messageDueNs();
            nextNs = messageNs == Long.MAX_VALUE ? nextNs : sooner(nextNs, messageNs);
        }
        return throttled ? sooner(nextNs, easedNs()) : nextNs;
    }

    private static long sooner(final long a, final long b) {
        return a - b < 0 ? a : b;
    }
}
