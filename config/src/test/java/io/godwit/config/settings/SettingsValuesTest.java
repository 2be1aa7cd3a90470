package io.godwit.config.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.config.app.App;
import io.godwit.core.http.HttpLimits;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file says arrives where it is used. */
class SettingsValuesTest {

    @Test
    void shouldCarryEveryKey() throws MistakenSettings {
        final DaemonSettings settings = SettingsFile.of("f", """
                [[listener]]
                address = "::1"
                port = 0
                [[listener]]
                address = "0.0.0.0"
                port = 1
                [[endpoint]]
                path = "/a"
                app = "echo"
                subprotocols = ["b", "a"]
                origins = ["https://example.org", "http://localhost:3000"]
                frame-bytes-max = 11
                message-bytes-max = 12
                fragments-max = 13
                outbound-bytes-soft = 14
                outbound-bytes-max = 150
                fragment-bytes = 16
                [server]
                connections-max = 17
                backlog = 18
                handshake-timeout = "19ms"
                idle-timeout = "20s"
                close-timeout = "21m"
                [http]
                request-line-bytes-max = 222
                headers-max = 23
                head-bytes-max = 2_400
                """).settings();
        assertThat(settings.listeners())
                .containsExactly(new ListenerSettings("::1", 0), new ListenerSettings("0.0.0.0", 1));
        assertThat(settings.endpoints())
                .containsExactly(new EndpointSettings(
                        "/a",
                        App.ECHO,
                        List.of("b", "a"),
                        List.of("https://example.org", "http://localhost:3000"),
                        new EndpointLimits(new ProtocolLimits(11, 12, 13), 14, 150, 16)));
        assertThat(settings.endpoints().get(0).allowsAnyOrigin()).isFalse();
        assertThat(settings.server())
                .isEqualTo(new ServerOptions(
                        new HttpLimits(222, 23, 2_400),
                        17,
                        18,
                        Duration.ofMillis(19),
                        Duration.ofSeconds(20),
                        Duration.ofMinutes(21)));
    }

    @Test
    void shouldTakeDefaultsForWhatIsLeftOut() throws MistakenSettings {
        final DaemonSettings settings = SettingsFile.of("f", """
                [[listener]]
                [[endpoint]]
                path = "/"
                app = "echo"
                """).settings();
        assertThat(settings.listeners()).containsExactly(new ListenerSettings("127.0.0.1", 8080));
        assertThat(settings.endpoints().get(0).limits()).isEqualTo(EndpointLimits.DEFAULT);
        assertThat(settings.server()).isEqualTo(ServerOptions.DEFAULT);
    }

    /** Whoever raises the one key for longer messages need not know of the others. */
    @ParameterizedTest
    @CsvSource({
        "message-bytes-max = 200_000, 200000, 1048576",
        "message-bytes-max = 1_000, 1000, 1048576",
        "message-bytes-max = 10_000_000, 10000000, 10065550",
        "message-bytes-max = 1_073_741_824, 1073741824, 1073807374"
    })
    void shouldLetOtherLimitsFollowTheLongestMessage(final String line, final int message, final int outbound)
            throws MistakenSettings {
        assertThat(limitsOf(line))
                .isEqualTo(new EndpointLimits(new ProtocolLimits(message, message, 1_024), 65_536, outbound, 0));
        assertThat(limitsOf(line + "\nframe-bytes-max = 7"))
                .isEqualTo(new EndpointLimits(new ProtocolLimits(7, message, 1_024), 65_536, outbound, 0));
    }

    @Test
    void shouldLetTheOutboundLimitFollowAllThatItNeeds() throws MistakenSettings {
        assertThat(limitsOf("outbound-bytes-soft = 2_000_000\nfragment-bytes = 1\nmessage-bytes-max = 10"))
                .isEqualTo(new EndpointLimits(new ProtocolLimits(10, 10, 1_024), 2_000_000, 2_000_164, 1));
    }

    /** Only the first of two endpoints has the lines. */
    private static EndpointLimits limitsOf(final String lines) throws MistakenSettings {
        final List<EndpointSettings> endpoints =
                SettingsFile.of("f", """
                [[listener]]
                [[endpoint]]
                path = "/"
                app = "echo"
                %s
                [[endpoint]]
                path = "/other"
                app = "echo"
                """.formatted(lines)).settings().endpoints();
        assertThat(endpoints.get(1).limits()).isEqualTo(EndpointLimits.DEFAULT);
        return endpoints.get(0).limits();
    }

    @Test
    void shouldSkipAByteOrderMark(@TempDir final Path folder) throws IOException, MistakenSettings {
        final Path marked = folder.resolve("marked.toml");
        Files.writeString(marked, "\ufeff" + SettingsFile.packed().text());
        assertThat(SettingsFile.at(marked).settings())
                .isEqualTo(SettingsFile.packed().settings());
    }

    @Test
    void shouldAllowAnyFreePortTwice() throws MistakenSettings {
        final DaemonSettings settings = SettingsFile.of("f", """
                listener = [{ port = 0 }, { port = 0 }]
                endpoint = [{ path = "/", app = "echo" }]
                """).settings();
        assertThat(settings.listeners()).hasSize(2);
    }
}
