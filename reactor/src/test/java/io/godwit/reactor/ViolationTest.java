package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a peer that breaks the protocol sees, what the handler is told, and that nobody else notices. */
class ViolationTest {

    private static final EndpointLimits LIMITS = Limits.of(new ProtocolLimits(100, 100, 3), 1_000, 10_000, 0);

    private final Recorder recorder = new Recorder();
    private CheckedServer server;
    private RawPeer bystander;

    @BeforeEach
    void start() throws IOException {
        server = CheckedServer.with(builder -> builder.endpoint("/echo", WebSocketHandler.echo())
                .endpoint("/", Endpoint.of(recorder).withLimits(LIMITS)));
        bystander = RawPeer.open(server.port(), "/echo");
    }

    @AfterEach
    void stop() throws IOException {
        assertThat(bystander.sendText("undisturbed").readFrame().text()).isEqualTo("undisturbed");
        bystander.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        // violation, code, the bytes up to the one that shows it
        "RESERVED_BITS, 1002, C1",
        "RESERVED_BITS, 1002, A1",
        "RESERVED_BITS, 1002, 99",
        "RESERVED_OPCODE, 1002, 83",
        "RESERVED_OPCODE, 1002, 8F",
        "FRAGMENTED_CONTROL_FRAME, 1002, 09",
        "CONTROL_FRAME_TOO_LONG, 1002, 89FE",
        "UNMASKED_FRAME, 1002, 8101",
        "NON_MINIMAL_LENGTH, 1002, 81FE007D",
        "NON_MINIMAL_LENGTH, 1002, 81FF000000000000FFFF",
        "LENGTH_OUT_OF_RANGE, 1002, 81FF80",
        "UNEXPECTED_CONTINUATION, 1002, 80",
        "EXPECTED_CONTINUATION, 1002, 01800000000081",
        "CLOSE_PAYLOAD_OF_ONE_BYTE, 1002, 8881",
        "BAD_CLOSE_CODE, 1002, 88820000000003ED",
        "BAD_CLOSE_CODE, 1002, 88820000000003E7",
        "CLOSE_REASON_NOT_UTF8, 1007, 88830000000003E8FF",
        "INVALID_UTF8, 1007, 81850000000061C328",
        "INVALID_UTF8, 1007, 0182000000006180",
        "INVALID_UTF8, 1007, 018100000000F080830000000080",
        "INVALID_UTF8, 1007, 8181000000006181810000000080",
        "FRAME_TOO_BIG, 1009, 82E5",
        "FRAME_TOO_BIG, 1009, 82FF4000000000000000",
        "MESSAGE_TOO_BIG, 1009, 0281000000000080E4",
        "TOO_MANY_FRAGMENTS, 1009, 0280000000000080000000000080000000008080",
    })
    void shouldFail(final ProtocolViolation violation, final int code, final String hex) throws IOException {
        try (RawPeer peer = server.open()) {
            peer.send(HexFormat.of().parseHex(hex));
            final RawPeer.Frame close = peer.readFrame();
            assertThat(close.firstByte()).isEqualTo(0x88);
            assertThat(close.closeCode()).isEqualTo(code).isEqualTo(violation.closeCode());
            assertThat(close.text().substring(2)).isEqualTo(violation.text());
            // What comes behind is discarded, and does not turn the end into a reset.
            peer.send(new byte[10_000]);
            assertThat(peer.isAtEnd()).isTrue();
        }
        recorder.await("close 1006");
        assertThat(recorder.events).startsWith("open").endsWith("error " + violation, "close 1006");
        assertThat(recorder.events.stream().filter(event -> event.startsWith("error") || event.startsWith("close")))
                .hasSize(2);
    }

    @Test
    void shouldDeliverWhatCameBeforeTheViolation() throws IOException {
        try (RawPeer peer = server.open()) {
            peer.send(RawPeer.concat(
                    RawPeer.frame(0x81, (byte) 'a'),
                    RawPeer.frame(0x81, (byte) 'b'),
                    new byte[] {(byte) 0x83},
                    RawPeer.frame(0x81, (byte) 'c')));
            assertThat(peer.readFrame().closeCode()).isEqualTo(1002);
            assertThat(peer.isAtEnd()).isTrue();
        }
        recorder.await("close 1006");
        assertThat(recorder.events).containsExactly("open", "text a", "text b", "error RESERVED_OPCODE", "close 1006");
    }

    /** Who sends a long message is in the middle of it when it is refused, and has to be able to read why. */
    @Test
    void shouldTellWhoIsStillSendingWhatIsTooBig() throws IOException {
        try (RawPeer peer = server.open()) {
            peer.send(HexFormat.of().parseHex("82FF00000000002DC6C000000000"));
            assertThat(peer.readFrame().closeCode()).isEqualTo(1009);
            peer.send(new byte[3_000_000]);
            recorder.awaitThat(() -> server.count(Metric.BYTES_RECEIVED) > 3_000_000, "all to be taken and discarded");
            assertThat(peer.isAtEnd()).isTrue();
        }
    }

    @Test
    void shouldFailAPeerThatHasBeenSentACloseAlready() throws IOException {
        try (RawPeer peer = server.open()) {
            recorder.await("open");
            recorder.ws.close(4000, "first");
            final RawPeer.Frame close = peer.readFrame();
            assertThat(close.closeCode()).isEqualTo(4000);
            peer.send(new byte[] {(byte) 0x83});
            assertThat(peer.isAtEnd()).as("one Close only").isTrue();
        }
        recorder.await("close 1006");
        assertThat(recorder.events).containsExactly("open", "error RESERVED_OPCODE", "close 1006");
    }

    @Test
    void shouldBearWithManyWhoBreakTheProtocol() throws IOException {
        for (int i = 0; i < 100; i++) {
            try (RawPeer peer = server.open()) {
                peer.send(new byte[] {(byte) 0xFF, (byte) i});
                assertThat(peer.readFrame().closeCode()).isEqualTo(1002);
            }
        }
        recorder.awaitThat(() -> recorder.events.size() == 300, "each of them opened, failed and closed");
    }
}
