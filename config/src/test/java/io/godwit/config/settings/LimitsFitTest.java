package io.godwit.config.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.godwit.core.http.HttpLimits;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.EndpointLimits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits that do not fit each other are told as any other mistake, and along with the others. */
class LimitsFitTest {
    private static final String LISTENER = "[[listener]]\nport = 1\n";
    private static final String ENDPOINT = "[[endpoint]]\npath = \"/\"\napp = \"echo\"\n";
    private static final String OUTBOUND =
            ", since outbound-bytes-soft and one message of message-bytes-max have to fit";

    static List<Arguments> mistakes() {
        return List.of(
                Arguments.of(LISTENER + ENDPOINT + "outbound-bytes-max = 100\n", """
                        f:6:1: endpoint.outbound-bytes-max: 100 is too small; \
                        allowed: a whole number of bytes, 131086 to 2147483647""" + OUTBOUND),
                Arguments.of(LISTENER + ENDPOINT + """
                        outbound-bytes-max = 5_000_000
                        message-bytes-max = 10_000_000
                        """, """
                        f:6:1: endpoint.outbound-bytes-max: 5000000 is too small; \
                        allowed: a whole number of bytes, 10065550 to 2147483647""" + OUTBOUND),
                Arguments.of(LISTENER + ENDPOINT + """
                        message-bytes-max = 1_073_741_824
                        outbound-bytes-soft = 1_073_741_824
                        """, """
                        f:6:1: endpoint.message-bytes-max: 1073741824 is too large; \
                        allowed: a whole number of bytes, 1 to 1073741809, \
                        since with outbound-bytes-soft it has to fit into what outbound-bytes-max can be"""),
                Arguments.of(
                        LISTENER + ENDPOINT + "[http]\nhead-bytes-max = 256\nrequest-line-bytes-max = 65_536\n", """
                        f:7:1: http.head-bytes-max: 256 is too small; \
                        allowed: a whole number of bytes, 65536 to 1048576, \
                        since request-line-bytes-max has to fit"""),
                Arguments.of(LISTENER + ENDPOINT + "[http]\nrequest-line-bytes-max = 65_536\n", """
                        f:7:1: http.request-line-bytes-max: 65536 is too large; \
                        allowed: a whole number of bytes, 64 to 16384, \
                        since it has to fit into head-bytes-max"""),
                Arguments.of(
                        LISTENER + ENDPOINT + "message-bytes-max = 262_145\n[loop]\nbuffered-bytes-max = 1_048_576",
                        """
                        f:8:1: loop.buffered-bytes-max: 1048576 is too small; \
                        allowed: a whole number of bytes, 1048580 to 1099511627776, \
                        since four times the longest message-bytes-max has to fit"""),
                Arguments.of(
                        "[loop]\nbuffered-bytes-max = 268_435_456\n" + LISTENER + ENDPOINT + ENDPOINT
                                + "message-bytes-max = 100_000_000\n",
                        """
                        f:2:1: loop.buffered-bytes-max: 268435456 is too small; \
                        allowed: a whole number of bytes, 400000000 to 1099511627776, \
                        since four times the longest message-bytes-max has to fit
                        f:9:1: endpoint.path: "/" stands there twice, first at line 6; allowed: each path once"""),
                Arguments.of(
                        LISTENER + ENDPOINT + "message-bytes-max = 0\n[loop]\nbuffered-bytes-max = 1_048_576\n", """
                        f:6:1: endpoint.message-bytes-max: 0 is out of range; \
                        allowed: a whole number of bytes, 1 to 1073741824"""),
                Arguments.of(
                        LISTENER + "[[endpoint]]\napp = \"echo\"\nfragments-max = 0\noutbound-bytes-max = 100\n",
                        """
                        f:3:1: endpoint.path: is missing; \
                        allowed: a path, which begins with / and holds ASCII letters, digits, -._~!$&'()*+,;=:@/ and % with \
                        two hexadecimal digits, and no segment "." or ".."
                        f:5:1: endpoint.fragments-max: 0 is out of range; \
                        allowed: a whole number of frames, 1 to 1000000
                        f:6:1: endpoint.outbound-bytes-max: 100 is too small; \
                        allowed: a whole number of bytes, 131086 to 2147483647""" + OUTBOUND),
                Arguments.of(LISTENER + ENDPOINT + """
                        [http]
                        headers-max = 0
                        head-bytes-max = 256
                        [server]
                        backlog = 0
                        """, """
                        f:7:1: http.headers-max: 0 is out of range; allowed: a whole number of fields, 8 to 10000
                        f:8:1: http.head-bytes-max: 256 is too small; \
                        allowed: a whole number of bytes, 8192 to 1048576, \
                        since request-line-bytes-max has to fit
                        f:10:1: server.backlog: 0 is out of range; \
                        allowed: a whole number of connections, 1 to 65535"""),
                Arguments.of(LISTENER + ENDPOINT + "message-bytes-max = 1000\nframe-bytes-max = 1001\n", """
                        f:7:1: endpoint.frame-bytes-max: 1001 is too large; \
                        allowed: a whole number of bytes, 1 to 1000, since it has to fit into message-bytes-max"""),
                Arguments.of(LISTENER + ENDPOINT + "frame-bytes-max = 63\n", """
                        f:6:1: endpoint.frame-bytes-max: 63 is too small; \
                        allowed: a whole number of bytes, 64 to 1073741824, \
                        since a message of message-bytes-max has to fit into fragments-max frames"""),
                Arguments.of(LISTENER + ENDPOINT + "rate-action = \"close\"\nbytes-per-second-max = 65549\n", """
                        f:7:1: endpoint.bytes-per-second-max: 65549 is too small; \
                        allowed: a whole number of bytes, 65550 to 1099511627776, \
                        since where rate-action is "close" one message of message-bytes-max has to fit"""),
                Arguments.of(
                        LISTENER + ENDPOINT + "[server]\nconnections-max = 10\nconnections-per-address-max = 11\n",
                        """
                        f:8:1: server.connections-per-address-max: 11 is too large; \
                        allowed: a whole number of connections, 1 to 10, since it has to fit into connections-max"""),
                Arguments.of(LISTENER + ENDPOINT + "outbound-bytes-soft = 0\noutbound-bytes-max = 100\n", """
                        f:6:1: endpoint.outbound-bytes-soft: 0 is out of range; \
                        allowed: a whole number of bytes, 1 to 1073741824"""),
                Arguments.of(LISTENER + ENDPOINT + "message-bytes-max = 0\n", """
                        f:6:1: endpoint.message-bytes-max: 0 is out of range; \
                        allowed: a whole number of bytes, 1 to 1073741824"""),
                Arguments.of(LISTENER + ENDPOINT + "outbound-bytes-max = 100\noutbound-bytes-soft = = 1\n", """
                        f:7:23: syntax: Unexpected '=', expected a value"""));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void shouldTellWhatDoesNotFit(final String text, final String expected) {
        assertThat(messageOf(text)).isEqualTo(expected);
    }

    /** What is refused by the records that the values end up in is told before, and nothing else is. */
    @ParameterizedTest
    @CsvSource({"1, 0, 1", "1, 1, 1", "1, 7, 100", "65536, 0, 65536", "65536, 1, 65536", "5, 16, 15", "5, 16, 16"})
    void shouldAllowWhatAnEndpointAllows(final int soft, final int fragment, final int message) {
        final String limits = "outbound-bytes-soft = %d\nfragment-bytes = %d\nmessage-bytes-max = %d\n"
                .formatted(soft, fragment, message);
        final String told = messageOf(LISTENER + ENDPOINT + limits + "outbound-bytes-max = 1\n");
        final int least = Integer.parseInt(told.replaceAll("(?s).* bytes, (\\d+) to .*", "$1"));
        final ProtocolLimits protocol = new ProtocolLimits(1, message, 1);
        assertThatCode(() -> limits(protocol, soft, least, fragment)).doesNotThrowAnyException();
        assertThat(catchThrowableOfType(
                        IllegalArgumentException.class, () -> limits(protocol, soft, least - 1, fragment)))
                .isNotNull();
        assertThatCode(() -> settingsOf(LISTENER + ENDPOINT + limits + "outbound-bytes-max = " + least))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"1073741824, 0", "1073741824, 1", "1, 1", "1, 13", "77, 14", "65536, 12"})
    void shouldTellTheLongestMessageThatCanFit(final int soft, final int fragment) {
        final String start =
                LISTENER + ENDPOINT + "outbound-bytes-soft = %d\nfragment-bytes = %d\n".formatted(soft, fragment);
        final String told = messageOf(start + "message-bytes-max = 1073741824\n");
        final int most = Integer.parseInt(told.replaceAll("(?s).* bytes, 1 to (\\d+),.*", "$1"));
        final String outbound = "outbound-bytes-max = " + Integer.MAX_VALUE + "\n";
        assertThatCode(() -> settingsOf(start + outbound + "message-bytes-max = " + most))
                .doesNotThrowAnyException();
        assertThat(messageOf(start + outbound + "message-bytes-max = " + (most + 1)))
                .contains(": endpoint.message-bytes-max: " + (most + 1) + " is too large;");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frame-bytes-max = 64",
                "frame-bytes-max = 65536",
                "fragments-max = 1",
                "bytes-per-second-max = 1",
                "rate-action = \"close\"\nbytes-per-second-max = 65550",
                "[server]\nconnections-max = 10\nconnections-per-address-max = 10",
                "[server]\nconnections-max = 1",
            })
    void shouldAllowWhatJustFits(final String lines) {
        assertThatCode(() -> settingsOf(LISTENER + ENDPOINT + lines)).doesNotThrowAnyException();
    }

    @Test
    void shouldAllowAMemoryOfFourMessages() throws MistakenSettings {
        final String text = ENDPOINT + "message-bytes-max = 262_144\n[loop]\nbuffered-bytes-max = 1_048_576\n";
        assertThat(settingsOf(LISTENER + text).server().loop().bufferedBytesMax())
                .isEqualTo(1_048_576);
    }

    @Test
    void shouldAllowAHeadOfARequestLine() throws MistakenSettings {
        final String http = "[http]\nrequest-line-bytes-max = 300\nhead-bytes-max = 300\n";
        assertThat(settingsOf(LISTENER + ENDPOINT + http).server().http()).isEqualTo(new HttpLimits(300, 100, 300));
    }

    private static DaemonSettings settingsOf(final String text) throws MistakenSettings {
        return SettingsFile.of("f", text).settings();
    }

    private static String messageOf(final String text) {
        return catchThrowableOfType(MistakenSettings.class, () -> settingsOf(text))
                .getMessage();
    }

    private static EndpointLimits limits(
            final ProtocolLimits protocol, final int soft, final int max, final int fragment) {
        final EndpointLimits usual = EndpointLimits.DEFAULT;
        return new EndpointLimits(
                protocol, usual.rate(), usual.outbound().withBytes(soft, max), usual.mailbox(), fragment);
    }
}
