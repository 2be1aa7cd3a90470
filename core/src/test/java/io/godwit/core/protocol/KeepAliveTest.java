package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.godwit.core.protocol.KeepAlive.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeepAliveTest {

    private static final KeepAlive RULE = new KeepAlive(10_000, 4_000, 1_000);

    /** The origin of the clock is arbitrary: it may be negative, and pass zero, or the largest number. */
    @ParameterizedTest
    @ValueSource(longs = {0, -2_000, -4_500, Long.MAX_VALUE - 4_500, Long.MIN_VALUE})
    void shouldPingASilentPeerAndGiveItUpWithoutAPong(final long start) {
        final Peer peer = new Peer(RULE, 0, start);
        assertThat(peer.nextNs(start, start)).isEqualTo(start + 4_000);
        assertThat(peer.judge(start + 3_999, start)).isEqualTo(Verdict.WAIT);
        assertThat(peer.judge(start + 4_000, start)).isEqualTo(Verdict.PING);
        assertThat(peer.nextNs(start + 4_000, start)).isEqualTo(start + 5_000);
        assertThat(peer.judge(start + 4_999, start)).isEqualTo(Verdict.WAIT);
        assertThat(peer.judge(start + 5_000, start)).isEqualTo(Verdict.NO_PONG);
    }

    @Test
    void shouldTakeAnythingForAPong() {
        final Peer peer = new Peer(RULE, 0, 0);
        assertThat(peer.judge(4_000, 0)).isEqualTo(Verdict.PING);
        assertThat(peer.judge(5_000, 4_001)).isEqualTo(Verdict.WAIT);
        assertThat(peer.nextNs(5_000, 4_001)).isEqualTo(8_001);
        assertThat(peer.judge(8_001, 4_001)).isEqualTo(Verdict.PING);
        assertThat(peer.judge(9_001, 4_001)).isEqualTo(Verdict.NO_PONG);
    }

    /** Who is not read cannot be heard to answer: it is sent Pings, so that a broken connection shows, and none counts. */
    @Test
    void shouldPingWhoIsNotReadAndExpectNoPong() {
        final Peer peer = new Peer(RULE, 0, 0);
        assertThat(peer.judge(4_000, 0)).isEqualTo(Verdict.PING);
        assertThat(peer.judgeUnread(4_999, 0)).isEqualTo(Verdict.WAIT);
        assertThat(peer.nextUnreadNs(4_999, 0)).isEqualTo(8_000);
        assertThat(peer.judgeUnread(7_999, 0)).isEqualTo(Verdict.WAIT);
        assertThat(peer.judgeUnread(8_000, 0)).isEqualTo(Verdict.PING);
        assertThat(peer.judgeUnread(9_999, 0)).isEqualTo(Verdict.WAIT);
        assertThat(peer.nextUnreadNs(9_999, 0)).isEqualTo(10_000);
        assertThat(peer.judgeUnread(10_000, 0)).isEqualTo(Verdict.IDLE);
        assertThat(peer.judgeUnread(10_000, 1)).isEqualTo(Verdict.WAIT);
        assertThat(peer.judge(12_000, 9_000)).as("no Pong is missed").isEqualTo(Verdict.WAIT);
        assertThat(peer.judge(13_000, 9_000)).isEqualTo(Verdict.PING);
        assertThat(peer.judge(14_000, 9_000)).isEqualTo(Verdict.NO_PONG);
    }

    @Test
    void shouldNotPingWhoIsNotReadIfNoPingIsEverDue() {
        final Peer peer = new Peer(new KeepAlive(4_000, 4_000, 1_000), 0, 0);
        assertThat(peer.nextUnreadNs(0, 3_000)).isEqualTo(7_000);
        assertThat(peer.judgeUnread(6_999, 3_000)).isEqualTo(Verdict.WAIT);
        assertThat(peer.judgeUnread(7_000, 3_000)).isEqualTo(Verdict.IDLE);
    }

    /** What was sent before the Ping is read before the Ping. */
    @Test
    void shouldAwaitThePongFromWhenThePeerHasReadWhatStandsBeforeThePing() {
        final Peer peer = new Peer(RULE, 0, 0);
        assertThat(peer.judge(4_000, 0)).isEqualTo(Verdict.PING);
        peer.busyNs = 6_500;
        assertThat(peer.judge(5_000, 0)).isEqualTo(Verdict.WAIT);
        assertThat(peer.nextNs(5_000, 0)).isEqualTo(7_500);
        assertThat(peer.judge(7_499, 0)).isEqualTo(Verdict.WAIT);
        assertThat(peer.judge(7_500, 0)).isEqualTo(Verdict.NO_PONG);
        assertThat(peer.judge(7_500, 7_000)).as("it came").isEqualTo(Verdict.WAIT);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 5, Long.MIN_VALUE})
    void shouldWaitForEverWithoutAnOverflow(final long start) {
        final KeepAlive forever = new KeepAlive(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
        final Peer peer = new Peer(forever, 255, start);
        final long year = 365L * 24 * 3_600 * 1_000_000_000L;
        assertThat(peer.judge(start + 30 * year, start)).isEqualTo(Verdict.WAIT);
        assertThat(peer.nextNs(start, start) - start).isGreaterThan(30 * year);
        assertThat(peer.judgeUnread(start + 30 * year, start)).isEqualTo(Verdict.WAIT);
        assertThat(peer.nextUnreadNs(start, start) - start).isGreaterThan(30 * year);
    }

    /** The Pong comes when nobody looks: who looked only when it is overdue would be late with the next Ping. */
    @Test
    void shouldLookForAPongAsOftenAsPingsAreDue() {
        final Peer peer = new Peer(new KeepAlive(100_000, 1_000, 10_000), 0, 0);
        assertThat(peer.judge(1_000, 0)).isEqualTo(Verdict.PING);
        assertThat(peer.nextNs(1_000, 0)).isEqualTo(2_000);
        assertThat(peer.judge(2_000, 0)).isEqualTo(Verdict.WAIT);
        assertThat(peer.nextNs(2_000, 0)).isEqualTo(3_000);
        assertThat(peer.judge(3_000, 2_001)).isEqualTo(Verdict.WAIT);
        assertThat(peer.nextNs(3_000, 2_001)).isEqualTo(3_001);
        assertThat(peer.judge(3_001, 2_001)).isEqualTo(Verdict.PING);
    }

    @Test
    void shouldNotTakeForAPongWhatCameBeforeThePing() {
        final Peer peer = new Peer(RULE, 0, 0);
        assertThat(peer.judge(4_000, 0)).isEqualTo(Verdict.PING);
        assertThat(peer.judge(5_000, 4_000)).isEqualTo(Verdict.NO_PONG);
    }

    @Test
    void shouldGiveUpASilentPeerWithoutAPingWhereNoneIsDue() {
        final Peer peer = new Peer(new KeepAlive(4_000, 4_000, 1_000), 0, 0);
        assertThat(peer.nextNs(0, 0)).isEqualTo(4_000);
        assertThat(peer.judge(3_999, 0)).isEqualTo(Verdict.WAIT);
        assertThat(peer.judge(4_000, 0)).isEqualTo(Verdict.IDLE);
    }

    @Test
    void shouldNotWaitForAPongLongerThanForAnythingElse() {
        final Peer peer = new Peer(new KeepAlive(4_500, 4_000, 1_000), 0, 0);
        assertThat(peer.judge(4_000, 0)).isEqualTo(Verdict.PING);
        assertThat(peer.nextNs(4_000, 0)).isEqualTo(4_500);
        assertThat(peer.judge(4_500, 0)).isEqualTo(Verdict.IDLE);
    }

    @Test
    void shouldJudgeWhenItSaidItWouldWhateverTheSpread() {
        for (int spread = 0; spread < 256; spread++) {
            final Peer peer = new Peer(new KeepAlive(40_960_000, 4_096_000, 4_096), spread, 7);
            final long next = peer.nextNs(7, 7);
            assertThat(next).isEqualTo(7 + 4_096_000 + 1_000L * spread);
            assertThat(peer.judge(next - 1, 7)).isEqualTo(Verdict.WAIT);
            assertThat(peer.judge(next, 7)).isEqualTo(Verdict.PING);
        }
    }

    @Test
    void shouldRefuseTimesThatAreNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> new KeepAlive(0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeepAlive(1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeepAlive(1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> RULE.judge(256, -1, -1, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> RULE.judge(-1, -1, -1, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256})
    void shouldRefuseASpreadThatIsNone(final int spread) {
        assertThatIllegalArgumentException().isThrownBy(() -> RULE.nextNs(spread, -1, -1, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> RULE.judgeUnread(spread, -1, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> RULE.nextUnreadNs(spread, -1, 0, 0));
    }

    /** One peer, and what is kept for it. */
    private static final class Peer {
        private final KeepAlive rule;
        private final int spread;
        private long pingedNs;
        private long busyNs;

        Peer(final KeepAlive rule, final int spread, final long nowNs) {
            this.rule = rule;
            this.spread = spread;
            pingedNs = KeepAlive.answeredNs(nowNs);
            busyNs = pingedNs;
        }

        Verdict judge(final long nowNs, final long lastSignNs) {
            final Verdict verdict = rule.judge(spread, pingedNs, busyNs, nowNs, lastSignNs);
            if (verdict == Verdict.PING) {
                pingedNs = nowNs;
            }
            return verdict;
        }

        long nextNs(final long nowNs, final long lastSignNs) {
            return rule.nextNs(spread, pingedNs, busyNs, nowNs, lastSignNs);
        }

        Verdict judgeUnread(final long nowNs, final long lastSignNs) {
            final Verdict verdict = rule.judgeUnread(spread, pingedNs, nowNs, lastSignNs);
            if (verdict == Verdict.PING) {
                pingedNs = KeepAlive.answeredNs(nowNs);
            }
            return verdict;
        }

        long nextUnreadNs(final long nowNs, final long lastSignNs) {
            return rule.nextUnreadNs(spread, pingedNs, nowNs, lastSignNs);
        }
    }
}
