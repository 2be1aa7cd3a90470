package io.godwit.reactor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a loop counts as held up, by a clock that the test sets: not for a stall of the whole process. */
class BlockedRunnerTest {

    private static final long WARNING_NS = Duration.ofSeconds(2).toNanos();

    private final LoopRunner runner;
    private final Watchdog watchdog;
    private long clockNs;
    private int checks;

    BlockedRunnerTest() throws IOException {
        final ServerOptions options = ServerOptions.DEFAULT.withLoop(LoopLimits.DEFAULT.withBufferedBytesMax(8 << 20));
        final Service service = new Service(new Routes(), options, (thread, thrown) -> false, Thread::new);
        runner = new LoopRunner(0, service, () -> clockNs, Thread::new);
        runner.open(List.of(), null);
        watchdog = new Watchdog(List.of(runner), WARNING_NS, () -> clockNs);
    }

    @AfterEach
    void close() {
        runner.close();
    }

    private void inACycle(final Runnable callback) throws IOException {
        runner.server().loop().settleLater(() -> {
            callback.run();
            checks++;
        });
        runner.server().loop().doWork();
        assertThat(checks).isOne();
    }

    private void passWatched(final long ns) {
        for (long left = ns; left > 0; left -= watchdog.periodNs()) {
            clockNs += watchdog.periodNs();
            watchdog.look();
        }
    }

    @Test
    void shouldCountAsHeldUpUntilItsCycleEnds() throws IOException {
        clockNs += 1;
        runner.server().loop().doWork();
        inACycle(() -> {
            passWatched(WARNING_NS / 2);
            assertThat(runner.isBlocked()).isFalse();
            passWatched(WARNING_NS);
            assertThat(runner.isBlocked()).isTrue();
        });
        assertThat(runner.isBlocked())
                .as("before the watchdog has looked again")
                .isFalse();
        watchdog.look();
        assertThat(runner.isBlocked()).isFalse();
    }

    /** The process was stopped in the middle of a cycle: whoever asks first, no handler is to blame. */
    @Test
    void shouldNotCountAsHeldUpForAStallOfTheProcess() throws IOException {
        inACycle(() -> {
            watchdog.look();
            clockNs += Duration.ofMinutes(10).toNanos();
            assertThat(runner.isBlocked()).as("before the watchdog has looked").isFalse();
            watchdog.look();
            assertThat(runner.isBlocked()).as("after it").isFalse();
            passWatched(WARNING_NS / 4);
            assertThat(runner.isBlocked()).as("soon after the stall").isFalse();
            passWatched(2 * WARNING_NS);
            assertThat(runner.isBlocked()).as("held up by itself").isTrue();
        });
    }
}
