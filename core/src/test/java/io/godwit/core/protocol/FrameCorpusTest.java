package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.godwit.core.testkit.Corpus;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What fuzzing has kept of streams of frames: each input leads somewhere else in the code, or has once shown a fault. */
class FrameCorpusTest {
    static List<String> frames() {
        return Corpus.lines("frames");
    }

    @ParameterizedTest
    @MethodSource("frames")
    void shouldKeepItsPromisesForEachInputOfTheCorpus(final String line) {
        assertThatCode(() -> FrameFuzz.fuzzerTestOneInput(Corpus.bytes(line))).doesNotThrowAnyException();
    }
}
