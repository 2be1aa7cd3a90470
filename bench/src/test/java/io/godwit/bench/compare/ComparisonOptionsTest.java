package io.godwit.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.godwit.bench.load.LoadOptions;
import io.godwit.bench.peers.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ComparisonOptionsTest {

    @Test
    void shouldCompareAllByDefault() {
        final ComparisonOptions options = ComparisonOptions.parse();
        assertThat(options.peers()).containsExactly(Peer.values());
        assertThat(options.workloads()).containsExactly(Workload.values());
        assertThat(options.rounds()).isEqualTo(3);
    }

    @Test
    void shouldReadACommandLine() {
        final ComparisonOptions options = ComparisonOptions.parse(
                "--quick", "--servers", "floor,netty-epoll", "--work", "echo-20-x1,idle", "--server-cpus", "none");
        assertThat(options.peers()).containsExactly(Peer.FLOOR, Peer.NETTY_EPOLL);
        assertThat(options.workloads()).containsExactly(Workload.ECHO_20_X1, Workload.IDLE);
        assertThat(options.rounds()).isEqualTo(1);
        assertThat(options.duration()).isLessThan(Duration.ofSeconds(1));
        assertThat(options.serverCpus()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"--servers, nginx, nginx", "--work, echo, echo-20-x1", "--rounds, 0, rounds", "--seed, 1, seed"})
    void shouldTellAMistake(final String name, final String value, final String what) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ComparisonOptions.parse(name, value))
                .withMessageContaining(what);
    }

    @ParameterizedTest
    @EnumSource(value = Workload.class, mode = EnumSource.Mode.EXCLUDE, names = "IDLE")
    void shouldTellTheLoadWhatItUnderstands(final Workload workload) {
        for (final Peer peer : Peer.values()) {
            final List<String> args = new ArrayList<>(workload.loadArguments(peer, 1_000));
            args.addAll(List.of("--url", "ws://127.0.0.1:1/"));
            final LoadOptions options = LoadOptions.parse(args.toArray(String[]::new));
            assertThat(options.payloadBytes()).isEqualTo(workload.service().payloadBytes());
            assertThat(options.isText()).isEqualTo(workload.service().isText());
            assertThat(options.isBroadcast()).isEqualTo(workload.service().isBroadcast());
            assertThat(options.isChecked()).isEqualTo(peer.isEcho());
            assertThat(options.isOpenLoop()).isEqualTo(workload == Workload.LATENCY);
        }
    }
}
