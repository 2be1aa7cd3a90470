package io.godwit.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.bench.peers.Peer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultsTest {

    private static final Figure CPU = Figure.CPU_PER_MILLION;
    private static final Workload WORK = Workload.ECHO_20_X16;

    private final Results results = new Results();

    @Test
    void shouldSumUpOverRounds() {
        add(Peer.GODWIT, 0, 3);
        add(Peer.GODWIT, 1, 1);
        add(Peer.GODWIT, 2, 2);
        assertThat(results.of(WORK, Peer.GODWIT, CPU)).isEqualTo(new Spread(2, 1, 3, 3));
        assertThat(results.of(WORK, Peer.JETTY, CPU).isKnown()).isFalse();
        assertThat(results.of(Workload.IDLE, Peer.GODWIT, CPU).isKnown()).isFalse();
        assertThat(results.has(WORK)).isTrue();
        assertThat(results.has(Workload.IDLE)).isFalse();
        assertThat(results.max(List.of(Peer.GODWIT, Peer.JETTY), CPU)).isEqualTo(3);
        assertThat(results.max(List.of(Peer.JETTY), CPU)).isNaN();
    }

    @Test
    void shouldTakeRatiosWithinARound() {
        // The machine is ten times slower in the second round, for both.
        add(Peer.FLOOR, 0, 1);
        add(Peer.GODWIT, 0, 1.5);
        add(Peer.GODWIT, 1, 12);
        add(Peer.FLOOR, 1, 10);
        assertThat(results.ratio(WORK, Peer.GODWIT, Peer.FLOOR, CPU)).isEqualTo(new Spread(1.35, 1.2, 1.5, 2));
    }

    @Test
    void shouldLeaveOutARoundThatLacksTheOther() {
        add(Peer.GODWIT, 0, 4);
        add(Peer.GODWIT, 1, 3);
        add(Peer.FLOOR, 1, 2);
        add(Peer.GODWIT, 2, 3);
        add(Peer.FLOOR, 2, 0);
        assertThat(results.ratio(WORK, Peer.GODWIT, Peer.FLOOR, CPU)).isEqualTo(new Spread(1.5, 1.5, 1.5, 1));
    }

    private void add(final Peer peer, final int round, final double cpu) {
        results.add(WORK, peer, round, Map.of(CPU, cpu));
    }
}
