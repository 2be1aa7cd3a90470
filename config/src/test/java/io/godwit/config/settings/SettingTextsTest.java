package io.godwit.config.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.godwit.core.handshake.OriginPolicy;
import io.godwit.core.http.HttpLimits;
import io.godwit.core.http.HttpRequestParser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the settings take is what the server can use, and nothing that would never be met. */
class SettingTextsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "null",
                "file://",
                "http://my_app:3000",
                "https://example.3d",
                "https://1password.com:8443",
                "HTTPS://Example.ORG",
                "http://[::1]:3000",
                "chrome-extension://abcdefghijklmnop",
                "capacitor://localhost",
            })
    void shouldTakeTheOriginsOfRealClients(final String origin) {
        assertThat(SettingTexts.ORIGIN.test().test(origin)).isTrue();
        if (!origin.equals(SettingTexts.ANY_ORIGIN)) {
            assertThatCode(() -> OriginPolicy.allow(List.of(origin))).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "foo",
                "example.org",
                "https://",
                "https://a/",
                "https://a?b",
                "https://*.a",
                "http://a b",
                "//a",
                "http://a:70000",
                "http://u@a"
            })
    void shouldRefuseOriginsThatNoClientSends(final String origin) {
        assertThat(SettingTexts.ORIGIN.test().test(origin)).isFalse();
    }

    /** One by one: whatever may stand in a configured path is found again in a request for it. */
    @Test
    void shouldTakeNoPathThatARequestCannotHave() {
        int taken = 0;
        for (char c = 0; c < 0x180; c++) {
            final String path = "/a" + c + "b";
            if (SettingTexts.PATH.test().test(path)) {
                assertThat(pathOfRequestFor(path))
                        .as("the path of a request for %s", path)
                        .isEqualTo(path);
                taken++;
            }
        }
        final int lettersAndDigits = 62;
        assertThat(taken).isEqualTo(lettersAndDigits + "-._~!$&'()*+,;=:@/".length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "//", "/a//b", "/a/", "/a.b/..c/...", "/caf%C3%A9", "/%2e%2e%2e", "/a:b@c"})
    void shouldTakeOtherPathsThatARequestCanHave(final String path) {
        assertThat(SettingTexts.PATH.test().test(path)).isTrue();
        assertThat(pathOfRequestFor(path)).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/a b",
                "/a?b",
                "/a#b",
                "/café",
                "/%",
                "/%4",
                "/%zz",
                "/.",
                "/..",
                "/./a",
                "/a/../b",
                "/a/..",
                "/%2e",
                "/%2E%2e/a",
                "/.%2e",
                "/a\\b",
                "/{id}",
                "/<a>",
                "/\"a\"",
                "/a|b",
                "/[a]",
                "/a^b",
                "/`a`"
            })
    void shouldRefusePathsThatClientsDoNotSendAsTheyAre(final String path) {
        assertThat(SettingTexts.PATH.test().test(path)).isFalse();
    }

    /** A path as long as may be for the request line's limit is found; see also {@link SettingsMistakesTest}. */
    @Test
    void shouldLeaveRoomForARequestLineAroundThePath() throws MistakenSettings {
        final String path = "/" + "a".repeat(50);
        assertThatCode(() -> SettingsFile.of("f", """
                        [http]
                        request-line-bytes-max = 64
                        [[listener]]
                        [[endpoint]]
                        app = "echo"
                        path = "%s"
                        """.formatted(path)).settings())
                .doesNotThrowAnyException();
        assertThat(pathOfRequestFor(path, new HttpLimits(64, 8, 256))).isEqualTo(path);
        assertThat(pathOfRequestFor(path + "a", new HttpLimits(64, 8, 256))).isNull();
    }

    private static String pathOfRequestFor(final String path) {
        return pathOfRequestFor(path, HttpLimits.DEFAULT);
    }

    /** {@return null where the request is refused} */
    private static String pathOfRequestFor(final String path, final HttpLimits limits) {
        final HttpRequestParser parser = new HttpRequestParser(limits);
        final String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
        assertThat(parser.parse(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1))))
                .isTrue();
        return parser.violation() == null ? parser.request().path() : null;
    }
}
