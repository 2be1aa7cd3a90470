package io.godwit.core.http;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.godwit.core.testkit.Corpus;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What fuzzing has kept of heads: each input leads somewhere else in the code, or has once shown a fault. */
class HeadCorpusTest {
    static List<String> heads() {
        return Corpus.lines("heads");
    }

    @ParameterizedTest
    @MethodSource("heads")
    void shouldKeepItsPromisesForEachInputOfTheCorpus(final String line) {
        assertThatCode(() -> HeadFuzz.fuzzerTestOneInput(Corpus.bytes(line))).doesNotThrowAnyException();
    }
}
