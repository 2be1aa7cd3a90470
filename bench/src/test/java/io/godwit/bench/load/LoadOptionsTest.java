package io.godwit.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadOptionsTest {

    @Test
    void shouldReadACommandLine() {
        final LoadOptions options = LoadOptions.parse(
                "--url",
                "ws://127.0.0.1:8080/echo?a=b",
                "--rate",
                "50000",
                "--text",
                "--size",
                "1024",
                "--seconds",
                "7.5");
        assertThat(options.server().getPort()).isEqualTo(8_080);
        assertThat(options.resource()).isEqualTo("/echo?a=b");
        assertThat(options.isOpenLoop()).isTrue();
        assertThat(options.ratePerSecond()).isEqualTo(50_000);
        assertThat(options.isText()).isTrue();
        assertThat(options.isChecked()).isTrue();
        assertThat(options.payloadBytes()).isEqualTo(1_024);
        assertThat(options.duration()).isEqualTo(Duration.ofMillis(7_500));
        assertThat(options.connections()).isEqualTo(200);
        assertThat(options.results()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "--size 20, --url",
        "--url http://127.0.0.1/, --url",
        "--url ws://127.0.0.1/ --size, --size needs a value",
        "--url ws://127.0.0.1/ --size many, --size is a number",
        "--url ws://127.0.0.1/ --depth 0, --depth is 1 to",
        "--url ws://127.0.0.1/ --seconds long, --seconds is a number",
        "--url ws://127.0.0.1/ --seconds 0, --seconds is more",
        "--url ws://127.0.0.1/ --warmup -1, --warmup is 0 to",
        "--url ws://127.0.0.1/ --sise 20, --sise is unknown",
        "--url ws://127.0.0.1/ --text --text, --text is given twice",
        "--url ws://127.0.0.1/ now, out of place",
        "--url ws://127.0.0.1/ --broadcast --rate 5, --broadcast",
        "--url ws://127.0.0.1/ --broadcast --depth 1000, --depth times",
        "--url ws://127.0.0.1/ --connections 1 --threads 2, --threads 2",
        "--url ws://192.0.2.1/ --sources 2, --sources",
    })
    void shouldTellAMistake(final String line, final String what) {
        final String[] args = Stream.of(line.split(" ")).toArray(String[]::new);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadOptions.parse(args))
                .withMessageContaining(what);
    }
}
