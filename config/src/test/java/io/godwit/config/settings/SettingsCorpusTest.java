package io.godwit.config.settings;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What fuzzing has kept of settings files: each input leads somewhere else in the code, or has once shown a fault. */
class SettingsCorpusTest {
    static List<String> files() throws IOException {
        return Files.readAllLines(Path.of("src/test/corpus/settings.txt"), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldGiveSettingsOrMistakesForEachInputOfTheCorpus(final String line) {
        final byte[] input = line.translateEscapes().getBytes(StandardCharsets.ISO_8859_1);
        assertThatCode(() -> SettingsFuzz.fuzzerTestOneInput(input)).doesNotThrowAnyException();
    }
}
