package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.godwit.core.protocol.KeepAlive.Terms;
import io.godwit.core.protocol.KeepAlive.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeepAliveTest {

    private static final Terms TERMS = new Terms(10_000, 4_000, 1_000);

    /** The origin of the clock is arbitrary: it may be negative, and pass zero, or the largest number. */
    @ParameterizedTest
    @ValueSource(longs = {0, -2_000, -4_500, Long.MAX_VALUE - 4_500, Long.MIN_VALUE})
    void shouldPingASilentPeerAndGiveItUpWithoutAPong(final long start) {
        final KeepAlive keepAlive = new KeepAlive(TERMS, 0);
        assertThat(keepAlive.nextNs(start, start)).isEqualTo(start + 4_000);
        assertThat(keepAlive.judge(start + 3_999, start)).isEqualTo(Verdict.WAIT);
        assertThat(keepAlive.judge(start + 4_000, start)).isEqualTo(Verdict.PING);
        assertThat(keepAlive.nextNs(start + 4_000, start)).isEqualTo(start + 5_000);
        assertThat(keepAlive.judge(start + 4_999, start)).isEqualTo(Verdict.WAIT);
        assertThat(keepAlive.judge(start + 5_000, start)).isEqualTo(Verdict.NO_PONG);
    }

    @Test
    void shouldTakeAnythingForAPong() {
        final KeepAlive keepAlive = new KeepAlive(TERMS, 0);
        assertThat(keepAlive.judge(4_000, 0)).isEqualTo(Verdict.PING);
        assertThat(keepAlive.judge(5_000, 4_001)).isEqualTo(Verdict.WAIT);
        assertThat(keepAlive.nextNs(5_000, 4_001)).isEqualTo(8_001);
        assertThat(keepAlive.judge(8_001, 4_001)).isEqualTo(Verdict.PING);
        assertThat(keepAlive.judge(9_001, 4_001)).isEqualTo(Verdict.NO_PONG);
    }

    /** Who is not read cannot be heard to answer: only other signs of life count, until it is read again. */
    @Test
    void shouldExpectNoPongOfWhoIsNotRead() {
        final KeepAlive keepAlive = new KeepAlive(TERMS, 0);
        assertThat(keepAlive.judge(4_000, 0)).isEqualTo(Verdict.PING);
        assertThat(keepAlive.judgeUnread(9_999, 0)).isEqualTo(Verdict.WAIT);
        assertThat(keepAlive.nextUnreadNs(0)).isEqualTo(10_000);
        assertThat(keepAlive.judgeUnread(10_000, 0)).isEqualTo(Verdict.IDLE);
        assertThat(keepAlive.judgeUnread(10_000, 1)).isEqualTo(Verdict.WAIT);
        assertThat(keepAlive.judge(10_000, 9_000)).isEqualTo(Verdict.WAIT);
        assertThat(keepAlive.judge(13_000, 9_000)).isEqualTo(Verdict.PING);
    }

    /** The Pong comes when nobody looks: who looked only when it is overdue would be late with the next Ping. */
    @Test
    void shouldLookForAPongAsOftenAsPingsAreDue() {
        final KeepAlive keepAlive = new KeepAlive(new Terms(100_000, 1_000, 10_000), 0);
        assertThat(keepAlive.judge(1_000, 0)).isEqualTo(Verdict.PING);
        assertThat(keepAlive.nextNs(1_000, 0)).isEqualTo(2_000);
        assertThat(keepAlive.judge(2_000, 0)).isEqualTo(Verdict.WAIT);
        assertThat(keepAlive.nextNs(2_000, 0)).isEqualTo(3_000);
        assertThat(keepAlive.judge(3_000, 2_001)).isEqualTo(Verdict.WAIT);
        assertThat(keepAlive.nextNs(3_000, 2_001)).isEqualTo(3_001);
        assertThat(keepAlive.judge(3_001, 2_001)).isEqualTo(Verdict.PING);
    }

    @Test
    void shouldNotTakeForAPongWhatCameBeforeThePing() {
        final KeepAlive keepAlive = new KeepAlive(TERMS, 0);
        assertThat(keepAlive.judge(4_000, 0)).isEqualTo(Verdict.PING);
        assertThat(keepAlive.judge(5_000, 4_000)).isEqualTo(Verdict.NO_PONG);
    }

    @Test
    void shouldGiveUpASilentPeerWithoutAPingWhereNoneIsDue() {
        final KeepAlive keepAlive = new KeepAlive(new Terms(4_000, 4_000, 1_000), 0);
        assertThat(keepAlive.nextNs(0, 0)).isEqualTo(4_000);
        assertThat(keepAlive.judge(3_999, 0)).isEqualTo(Verdict.WAIT);
        assertThat(keepAlive.judge(4_000, 0)).isEqualTo(Verdict.IDLE);
    }

    @Test
    void shouldNotWaitForAPongLongerThanForAnythingElse() {
        final KeepAlive keepAlive = new KeepAlive(new Terms(4_500, 4_000, 1_000), 0);
        assertThat(keepAlive.judge(4_000, 0)).isEqualTo(Verdict.PING);
        assertThat(keepAlive.nextNs(4_000, 0)).isEqualTo(4_500);
        assertThat(keepAlive.judge(4_500, 0)).isEqualTo(Verdict.IDLE);
    }

    @Test
    void shouldJudgeWhenItSaidItWouldWhateverTheSpread() {
        for (int spread = 0; spread < 256; spread++) {
            final KeepAlive keepAlive = new KeepAlive(new Terms(40_960_000, 4_096_000, 4_096), spread);
            final long next = keepAlive.nextNs(7, 7);
            assertThat(next).isEqualTo(7 + 4_096_000 + 1_000L * spread);
            assertThat(keepAlive.judge(next - 1, 7)).isEqualTo(Verdict.WAIT);
            assertThat(keepAlive.judge(next, 7)).isEqualTo(Verdict.PING);
        }
    }

    @Test
    void shouldRefuseTimesThatAreNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Terms(0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Terms(1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Terms(1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeepAlive(TERMS, 256));
        assertThatIllegalArgumentException().isThrownBy(() -> new KeepAlive(TERMS, -1));
    }
}
