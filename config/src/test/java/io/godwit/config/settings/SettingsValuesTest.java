package io.godwit.config.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.config.app.App;
import io.godwit.core.http.HttpLimits;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.AdmissionLimits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Execution;
import io.godwit.reactor.endpoint.Idling;
import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.endpoint.MailboxLimits;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.RateLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.SocketOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.Timeouts;
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
                execution = "workers"
                messages-per-second-max = 24
                bytes-per-second-max = 250
                rate-action = "close"
                slow-consumer-policy = "keep-latest"
                slow-consumer-timeout = "26s"
                mailbox-messages-max = 27
                mailbox-bytes-max = 28
                [server]
                connections-max = 170
                backlog = 18
                handshake-timeout = "19ms"
                idle-timeout = "20s"
                close-timeout = "21m"
                connections-per-address-max = 29
                ping-interval = "30ms"
                pong-timeout = "31s"
                message-timeout = "42s"
                send-buffer-bytes = 43_000
                drain-delay = "0ms"
                drain-timeout = "32m"
                [threads]
                loops = 33
                idling = "backing-off"
                workers = 34
                restarts-max = 35
                blocked-loop-warning = "36ms"
                [loop]
                buffered-bytes-max = 3_600_000
                read-bytes-per-connection-max = 37_000
                accepts-per-cycle-max = 38
                commands-per-cycle-max = 39
                expiries-per-cycle-max = 40
                deliveries-per-cycle-max = 41
                [http]
                request-line-bytes-max = 222
                headers-max = 23
                head-bytes-max = 2_400
                """).settings();
        assertThat(settings.listeners())
                .containsExactly(new ListenerSettings("::1", 0, 1, 1), new ListenerSettings("0.0.0.0", 1, 4, 1));
        assertThat(settings.endpoints())
                .containsExactly(new EndpointSettings(
                        "/a",
                        App.ECHO,
                        Execution.WORKERS,
                        List.of("b", "a"),
                        List.of("https://example.org", "http://localhost:3000"),
                        new EndpointLimits(
                                new ProtocolLimits(11, 12, 13),
                                new RateLimits(24, 250, RateLimits.Action.CLOSE),
                                new OutboundLimits(14, 150, SlowConsumerPolicy.KEEP_LATEST, Duration.ofSeconds(26)),
                                new MailboxLimits(27, 28),
                                16)));
        assertThat(settings.endpoints().get(0).allowsAnyOrigin()).isFalse();
        assertThat(settings.server())
                .isEqualTo(new ServerOptions(
                        new HttpLimits(222, 23, 2_400),
                        new AdmissionLimits(170, 29, 18),
                        new Timeouts(
                                Duration.ofMillis(19),
                                Duration.ofSeconds(20),
                                Duration.ofMillis(30),
                                Duration.ofSeconds(31),
                                Duration.ofSeconds(42),
                                Duration.ofMinutes(21)),
                        new Threads(33, Idling.BACKING_OFF, 34, 35, Duration.ofMillis(36)),
                        new LoopLimits(3_600_000, 37_000, 38, 39, 40, 41),
                        new SocketOptions(43_000)));
        assertThat(settings.drainDelay()).isZero();
        assertThat(settings.drainTimeout()).isEqualTo(Duration.ofMinutes(32));
    }

    @Test
    void shouldTakeDefaultsForWhatIsLeftOut() throws MistakenSettings {
        final DaemonSettings settings = SettingsFile.of("f", """
                [[listener]]
                [[endpoint]]
                path = "/"
                app = "echo"
                """).settings();
        assertThat(settings.listeners()).containsExactly(new ListenerSettings("localhost", 8080, 1, 1));
        assertThat(settings.endpoints().get(0).limits()).isEqualTo(EndpointLimits.DEFAULT);
        assertThat(settings.endpoints().get(0).execution()).isEqualTo(Execution.LOOP);
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
        assertThat(limitsOf(line)).isEqualTo(limits(new ProtocolLimits(message, message, 1_024), 65_536, outbound, 0));
        final int frame = (message + 1_023) / 1_024;
        assertThat(limitsOf(line + "\nframe-bytes-max = " + frame))
                .isEqualTo(limits(new ProtocolLimits(frame, message, 1_024), 65_536, outbound, 0));
    }

    @Test
    void shouldLetTheOutboundLimitFollowAllThatItNeeds() throws MistakenSettings {
        assertThat(limitsOf("outbound-bytes-soft = 2_000_000\nfragment-bytes = 1\nmessage-bytes-max = 10"))
                .isEqualTo(limits(new ProtocolLimits(10, 10, 1_024), 2_000_000, 2_000_164, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "message-bytes-max = 67_108_864, 268435456",
        "message-bytes-max = 67_108_865, 268435460",
        "message-bytes-max = 1_073_741_824, 4294967296"
    })
    void shouldLetTheServerFitTheMemoryOfALoopToTheLongestMessage(final String line, final long budget)
            throws MistakenSettings {
        final DaemonSettings settings = settingsOf(line);
        assertThat(settings.server().loop()).isEqualTo(LoopLimits.DEFAULT);
        final int longest = settings.endpoints().get(0).limits().protocol().messageBytesMax();
        final ServerOptions fitted = settings.server().fittedTo(64L << 30, longest);
        assertThat(fitted.loop().bufferedBytesMax()).isEqualTo(budget);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 1", "1_000_000, 500000"})
    void shouldLetOneAddressHaveHalfOfAllConnections(final String all, final int half) throws MistakenSettings {
        final DaemonSettings settings = settingsOf("[server]\nconnections-max = " + all);
        assertThat(settings.server().admission().perAddressMax()).isEqualTo(half);
    }

    /** Only the first of two endpoints has the lines. */
    private static EndpointLimits limitsOf(final String lines) throws MistakenSettings {
        final List<EndpointSettings> endpoints = settingsOf(lines).endpoints();
        assertThat(endpoints.get(1).limits()).isEqualTo(EndpointLimits.DEFAULT);
        return endpoints.get(0).limits();
    }

    private static DaemonSettings settingsOf(final String lines) throws MistakenSettings {
        return SettingsFile.of("f", """
                [[listener]]
                [[endpoint]]
                path = "/"
                app = "echo"
                %s
                [[endpoint]]
                path = "/other"
                app = "echo"
                """.formatted(lines)).settings();
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

    private static EndpointLimits limits(
            final ProtocolLimits protocol, final int soft, final int max, final int fragment) {
        final EndpointLimits usual = EndpointLimits.DEFAULT;
        return new EndpointLimits(
                protocol, usual.rate(), usual.outbound().withBytes(soft, max), usual.mailbox(), fragment);
    }
}
