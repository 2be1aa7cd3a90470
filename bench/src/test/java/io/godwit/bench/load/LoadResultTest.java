package io.godwit.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadResultTest {

    private static final LoadResult RESULT =
            new LoadResult(4_000_000, 2, 1_000_000, 1.9, 1.5, 0.5, 0.25, 0.02, 1, 2, 3, 4, 5, 6, 7, 8);

    @Test
    void shouldBeReadAsItWasWritten(@TempDir final Path folder) throws IOException {
        final Path file = folder.resolve("results");
        RESULT.write(file);
        assertThat(LoadResult.read(file)).isEqualTo(RESULT);
    }

    @Test
    void shouldNotReadAnythingElse(@TempDir final Path folder) throws IOException {
        final Path file = Files.writeString(folder.resolve("results"), "messages=1\n");
        assertThatIllegalArgumentException().isThrownBy(() -> LoadResult.read(file));
    }

    @Test
    void shouldTellCostAndShares() {
        assertThat(RESULT.messagesPerSecond()).isEqualTo(2e6);
        assertThat(RESULT.serverCpuPerMillion()).isEqualTo(0.375);
        assertThat(RESULT.loadShare()).isEqualTo(0.95);
        assertThat(RESULT.serverShare()).isEqualTo(0.75);
        assertThat(RESULT.loadWaited()).isEqualTo(0.25);
        assertThat(RESULT.serverWaited()).isEqualTo(0.125);
        assertThat(RESULT.stolenShare()).isEqualTo(0.01);
        assertThat(RESULT.messagesPerRead()).isEqualTo(4);
    }

    @Test
    void shouldTellWhenTheLoadIsTheBottleneck() {
        assertThat(RESULT.isLoadTheBottleneck(1)).isTrue();
        assertThat(RESULT.isLoadTheBottleneck(2)).isFalse();
        assertThat(new LoadResult(1, 2, 1, 1.9, 1.95, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8).isLoadTheBottleneck(1))
                .isFalse();
    }
}
