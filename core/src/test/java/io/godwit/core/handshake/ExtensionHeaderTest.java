package io.godwit.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.core.http.CountingText;
import io.godwit.core.http.HttpHeaders;
import io.godwit.core.http.Seeded;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sec-WebSocket-Extensions, RFC 6455 §9.1. */
class ExtensionHeaderTest {

    /** What is read is written in one spelling. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "foo                                  | foo",
                "deflate-stream                       | deflate-stream",
                "mux; max-channels=4; flow-control, deflate-stream | mux; max-channels=4; flow-control, deflate-stream",
                "private-extension                    | private-extension",
                "foo, bar; baz=2                      | foo, bar; baz=2",
                "bar; baz=2, foo                      | bar; baz=2, foo",
                "a;b=c;b=d                            | a; b=c; b=d",
                "a ;\tb = c ,, d ,                    | a; b=c, d",
                "a; b=\"c\"                           | a; b=c",
                "a; b=\"c\\d\"; e                     | a; b=cd; e",
                "permessage-deflate; client_max_window_bits | permessage-deflate; client_max_window_bits",
                "A; B=C                               | A; B=C",
            })
    void shouldReadElementsAndParameters(final String value, final String expected) {
        final List<Extension> extensions = ExtensionHeader.parse(List.of(value));

        assertThat(ExtensionHeader.format(extensions)).isEqualTo(expected);
        assertThat(ExtensionHeader.parse(List.of(expected))).isEqualTo(extensions);
    }

    @Test
    void shouldReadAllLinesOfTheField() {
        final HttpHeaders headers = HttpHeaders.EMPTY
                .with("Sec-WebSocket-Extensions", "foo; a")
                .with("sec-websocket-extensions", "bar; b=1, baz");

        assertThat(ExtensionHeader.parse(headers))
                .containsExactly(
                        Extension.of("foo").with("a", null), Extension.of("bar").with("b", "1"), Extension.of("baz"));
        assertThat(ExtensionHeader.parse(HttpHeaders.EMPTY)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                ";",
                "=",
                "a;",
                "a; ",
                "a;;b",
                "a; b=",
                "a; b=,c",
                "a; =c",
                "a=b",
                "a b",
                "a; b c",
                "a; b=c d",
                "\"a\"",
                "a; \"b\"",
                "a; b=\"",
                "a; b=\"c",
                "a; b=\"\"",
                "a; b=\"c d\"",
                "a; b=\"c,d\"",
                "a; b=\"c\\\"d\"",
                "a; b=\"c\"d",
                "a/b",
                "a; b=(c)",
                "a; b==c",
                "\u00e4",
            })
    void shouldGiveNullForWhatIsMalformed(final String value) {
        assertThat(ExtensionHeader.parse(List.of(value))).isNull();
        assertThat(ExtensionHeader.parse(HttpHeaders.EMPTY.with("Sec-WebSocket-Extensions", value)))
                .isNull();
    }

    @Test
    void shouldTakeElementsAndParametersUpToTheirLimits() {
        final String element = "a" + "; b=c".repeat(ExtensionHeader.PARAMETERS_MAX);
        final String most = (element + ",").repeat(ExtensionHeader.EXTENSIONS_MAX);

        assertThat(ExtensionHeader.parse(List.of(most))).hasSize(ExtensionHeader.EXTENSIONS_MAX);
        assertThat(ExtensionHeader.parse(List.of(most + "a"))).isNull();
        assertThat(ExtensionHeader.parse(List.of(most, "a"))).isNull();
        assertThat(ExtensionHeader.parse(List.of(element + ";b"))).isNull();
    }

    @Test
    void shouldLookAtEachCharacterAConstantNumberOfTimes() {
        for (final String unit :
                List.of(",", ";", "a,", "a;", "a;b=", " ", ", ", "a\t", "a;b=\"", "\\\"", "a;b=\"\\", "aaaaaaa")) {
            final CountingText text = new CountingText(unit.repeat(10_000));
            ExtensionHeader.parse(List.of(text));
            assertThat(text.looks()).as(unit).isLessThanOrEqualTo(6L * text.length());

            final CountingText quoted = new CountingText("a;b=\"" + unit.repeat(10_000));
            ExtensionHeader.parse(List.of(quoted));
            assertThat(quoted.looks()).as("quoted " + unit).isLessThanOrEqualTo(6L * quoted.length());
        }
    }

    @Test
    void shouldStopAtTheLimitOfALongList() {
        final CountingText text = new CountingText("a,".repeat(100_000));

        assertThat(ExtensionHeader.parse(List.of(text))).isNull();
        assertThat(text.looks())
                .as("no more than is needed to see that it is too long")
                .isLessThan(200);
    }

    @Test
    void shouldGiveAVerdictOnAnyText() {
        final Random random = Seeded.random("extensions");
        final String alphabet = "ab;,= \t\"\\/\u00e4";
        for (int i = 0; i < 20_000; i++) {
            final StringBuilder value = new StringBuilder();
            for (int n = random.nextInt(24); n > 0; n--) {
                value.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            final List<Extension> extensions = ExtensionHeader.parse(List.of(value));
            if (extensions != null) {
                assertThat(ExtensionHeader.parse(List.of(ExtensionHeader.format(extensions))))
                        .isEqualTo(extensions);
            }
        }
    }

    @Test
    void shouldRefuseToWriteWhatItCouldNotRead() {
        assertThatThrownBy(() -> Extension.of("a b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Extension.of("a").with("b;", null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Extension.of("a").with("b", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Extension.of("a").with("b", "c\r\nX: y")).isInstanceOf(IllegalArgumentException.class);
    }
}
