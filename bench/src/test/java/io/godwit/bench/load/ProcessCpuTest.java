package io.godwit.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ProcessCpuTest {

    private static final String STAT =
            "4711 (a) (b c) S 1 4711 4711 0 -1 4194560 10 0 0 0 250 125 0 0 20 0 31 0 8888 9 10 11";

    @Test
    void shouldAddUserAndSystemTime() {
        assertThat(ProcessCpu.seconds(STAT)).isEqualTo(3.75);
    }

    @Test
    void shouldReadANameThatHoldsBlanksAndParentheses() {
        assertThat(ProcessCpu.name(STAT)).isEqualTo("a) (b c");
    }

    @Test
    void shouldTellThisProcessAndItsThreads() {
        assumeThat(Files.exists(Path.of("/proc/self/stat"))).isTrue();
        assertThat(ProcessCpu.own().seconds()).isPositive();
        assertThat(ProcessCpu.own().threads()).isNotEmpty();
        assertThat(ProcessCpu.stolenSeconds()).isNotNegative();
    }

    @Test
    void shouldTellWhatAHypervisorTook() {
        assertThat(ProcessCpu.stolenSeconds("cpu  100 20 30 4000 50 6 7 8 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n"))
                .isEqualTo(0.08);
    }

    @Test
    void shouldReadWhatAThreadWaited() {
        assertThat(ProcessCpu.waitedSeconds("2500000000 1250000000 42\n")).isEqualTo(1.25);
    }

    @Test
    void shouldTellWhatTheThreadThatWaitedLongestWaited() {
        // One has ended meanwhile, one has begun.
        assertThat(ProcessCpu.waitedSeconds(Map.of("1", 1.0, "2", 9.0), Map.of("1", 1.25, "3", 0.5)))
                .isEqualTo(0.5);
        assertThat(ProcessCpu.waitedSeconds(Map.of(), Map.of())).isNaN();
    }

    @Test
    void shouldTellThatAThreadWaitsWhereThereAreMoreThanProcessors() throws InterruptedException {
        final Map<String, Double> before = ProcessCpu.own().waits();
        assumeThat(before).isNotEmpty();
        final List<Thread> threads = new ArrayList<>();
        final AtomicBoolean done = new AtomicBoolean();
        for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
            final Thread thread = new Thread(() -> {
                while (!done.get()) {
                    Thread.onSpinWait();
                }
            });
            thread.start();
            threads.add(thread);
        }
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        double waited = 0;
        while (waited < 0.01 && System.nanoTime() < endNs) {
            waited = ProcessCpu.waitedSeconds(before, ProcessCpu.own().waits());
        }
        done.set(true);
        for (final Thread thread : threads) {
            thread.join();
        }
        assertThat(waited).isGreaterThanOrEqualTo(0.01);
    }

    @Test
    void shouldNotKnowAProcessThatIsNotThere() {
        final ProcessCpu nobody = ProcessCpu.of(Integer.MAX_VALUE);
        assertThat(nobody.seconds()).isNaN();
        assertThat(nobody.threads()).isEmpty();
        assertThat(nobody.waits()).isEmpty();
    }
}
