package io.godwit.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
        assertThat(ProcessCpu.ofAll()).isGreaterThan(ProcessCpu.own().seconds());
    }

    @Test
    void shouldAddWhatAllProcessesTook() {
        assertThat(ProcessCpu.ofAll("cpu  100 20 30 4000 50 6 7 8 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n"))
                .isEqualTo(1.58);
    }

    @Test
    void shouldNotKnowAProcessThatIsNotThere() {
        final ProcessCpu nobody = ProcessCpu.of(Integer.MAX_VALUE);
        assertThat(nobody.seconds()).isNaN();
        assertThat(nobody.threads()).isEmpty();
    }
}
