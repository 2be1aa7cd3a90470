package io.godwit.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpHeadersTest {

    @Test
    void shouldKeepOrderAndRepeatedNames() {
        final HttpHeaders headers =
                HttpHeaders.EMPTY.with("A", "1").with("b", "2").with("a", "3");

        assertThat(headers.size()).isEqualTo(3);
        assertThat(headers.name(2)).isEqualTo("a");
        assertThat(headers.value(2)).isEqualTo("3");
        assertThat(headers.first("A")).isEqualTo("1");
        assertThat(headers.all("A")).containsExactly("1", "3");
        assertThat(headers.count("a")).isEqualTo(2);
        assertThat(headers.first("c")).isNull();
        assertThat(headers.all("c")).isEmpty();
        assertThat(headers.count("c")).isZero();
    }

    @Test
    void shouldNotChange() {
        final HttpHeaders one = HttpHeaders.EMPTY.with("A", "1");
        final HttpHeaders two = one.with("B", "2");

        assertThat(HttpHeaders.EMPTY.size()).isZero();
        assertThat(one.size()).isEqualTo(1);
        assertThat(one.withAll(two)).isEqualTo(one.with("A", "1").with("B", "2"));
        assertThat(one)
                .isNotEqualTo(two)
                .isNotEqualTo(one.withAll(one))
                .hasSameHashCodeAs(HttpHeaders.EMPTY.with("A", "1"));
        assertThatThrownBy(() -> one.all("A").add("x")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void shouldDropWhitespaceAroundAValue() {
        assertThat(HttpHeaders.EMPTY.with("A", " \tx y\t ").value(0)).isEqualTo("x y");
        assertThat(HttpHeaders.EMPTY.with("A", " ").value(0)).isEmpty();
    }

    @Test
    void shouldShowNoValuesInLogs() {
        assertThat(HttpHeaders.EMPTY.with("Cookie", "secret").toString()).isEqualTo("[Cookie]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a:", "a\r\n", "\u00e4", "a\0"})
    void shouldRefuseNamesThatAreNoTokens(final String name) {
        assertThatThrownBy(() -> HttpHeaders.EMPTY.with(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX: y", "a\n", "\r", "a\0", "\u0001", "\u007f", "\u0100", "a\r\n b"})
    void shouldRefuseValuesThatWouldBreakOutOfTheirLine(final String value) {
        assertThatThrownBy(() -> HttpHeaders.EMPTY.with("Cookie", "secret" + value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Cookie")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Upgrade                      | true",
                "keep-alive, Upgrade          | true",
                "keep-alive,UPGRADE,x         | true",
                ",, upgrade ,                 | true",
                "x\t,\tupgrade                | true",
                "\"a, b\", upgrade            | true",
                "\"a\\\", b\", upgrade        | true",
                "upgrades                     | false",
                "up grade                     | false",
                "\"upgrade\"                  | false",
                "\"a, upgrade, b\"            | false",
                "\"a, upgrade                 | false",
                "upgrade/1                    | false",
                "``                           | false"
            })
    void shouldFindATokenInAList(final String value, final boolean found) {
        assertThat(HttpHeaders.EMPTY.with("Connection", value).containsToken("connection", "upgrade"))
                .isEqualTo(found);
    }

    @Test
    void shouldFindATokenInAnyLine() {
        final HttpHeaders headers =
                HttpHeaders.EMPTY.with("Connection", "keep-alive").with("Connection", "Upgrade");

        assertThat(headers.containsToken("Connection", "upgrade")).isTrue();
        assertThat(headers.containsToken("Connection", "close")).isFalse();
        assertThat(headers.containsToken("Upgrade", "upgrade")).isFalse();
    }

    @Test
    void shouldReadListsOfTokens() {
        assertThat(HeaderTokens.list(List.of("a, b", " c ,, d,"), 4)).containsExactly("a", "b", "c", "d");
        assertThat(HeaderTokens.list(List.of("a, b", " c ,, d,"), 3)).isNull();
        assertThat(HeaderTokens.list(List.of("", ","), 3)).isEmpty();
        assertThat(HeaderTokens.list(List.of("a b"), 3)).isNull();
        assertThat(HeaderTokens.list(List.of("a;q=1"), 3)).isNull();
        assertThat(HeaderTokens.list(List.of("\"a\""), 3)).isNull();
    }
}
