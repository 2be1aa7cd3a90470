package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that have brought other servers down, sent by a peer: what it gets, and that the server holds nothing for it. */
class FrameWeaknessTest {

    private static final int FRAGMENTS_MAX = ProtocolLimits.DEFAULT.fragmentsMax();

    /** Not more than a connection that is being ended may still send. */
    private static final int BEHIND_BYTES = 100_000;

    private final Recorder recorder = new Recorder();
    private CheckedServer server;
    private Leftovers leftovers;
    private RawPeer bystander;

    @BeforeEach
    void start() throws IOException {
        server = CheckedServer.with(
                builder -> builder.endpoint("/", recorder).endpoint("/echo", WebSocketHandler.echo()));
        leftovers = new Leftovers(server);
        bystander = RawPeer.open(server.port(), "/echo");
    }

    @AfterEach
    void stop() throws IOException {
        assertThat(bystander.sendText("undisturbed").readFrame().text()).isEqualTo("undisturbed");
        bystander.close();
        leftovers.awaitNone("the hostile peer");
        server.close();
    }

    private void assertFailed(final RawPeer peer, final ProtocolViolation violation) throws IOException {
        final RawPeer.Frame close = peer.readFrame();
        assertThat(close.firstByte()).as("a Close frame").isEqualTo(0x88);
        assertThat(close.closeCode()).isEqualTo(violation.closeCode());
        assertThat(leftovers.now().buffers()).as("buffers held for it").isZero();
        assertThat(peer.send(new byte[BEHIND_BYTES]).isAtEnd())
                .as("what comes behind is discarded")
                .isTrue();
        recorder.await("close 1006");
        assertThat(recorder.events).containsExactly("open", "error " + violation, "close 1006");
    }

    /** The length, of up to 2^63 - 1 bytes, is never looked at. */
    @ParameterizedTest
    @ValueSource(strings = {"83FF", "87FF", "8BFF", "8FFF", "83FF7FFFFFFFFFFFFFFF", "8FFF0000010000000000"})
    void shouldFailAnUnknownOpcodeByItsFirstTwoBytesHoweverLongTheFrame(final String hex) throws IOException {
        try (RawPeer peer = server.open()) {
            peer.send(HexFormat.of().parseHex(hex));
            assertFailed(peer, ProtocolViolation.RESERVED_OPCODE);
        }
    }

    /** Taken for a signed number it would be negative, and pass each limit. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "81FF8000000000000000",
                "82FFFFFFFFFFFFFFFFFF",
                "01FF8000000000000001",
                "02FF80000000FFFFFFFF",
                "82FF80"
            })
    void shouldFailALengthWhoseTopBitIsSet(final String hex) throws IOException {
        try (RawPeer peer = server.open()) {
            peer.send(HexFormat.of().parseHex(hex));
            assertFailed(peer, ProtocolViolation.LENGTH_OUT_OF_RANGE);
        }
    }

    /** As an int, each of these would be small, or negative. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "81FF7FFFFFFFFFFFFFFF",
                "82FF0000000100000001",
                "82FF0000000080000000",
                "02FF00000000FFFFFFFF",
                "82FF0000000000010001"
            })
    void shouldFailALengthOverTheLimitBeforeItsPayload(final String hex) throws IOException {
        try (RawPeer peer = server.open()) {
            peer.send(HexFormat.of().parseHex(hex));
            assertFailed(peer, ProtocolViolation.FRAME_TOO_BIG);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 10", "1, 10", "0, 10000", "1, 10000", "2, 5000"})
    void shouldFailAMessageOfTooManyFragmentsHoweverSmallTheyAre(final int payloadBytes, final int tooMany)
            throws IOException {
        final byte[] fragment = RawPeer.frame(0x00, new byte[payloadBytes]);
        final byte[][] frames = new byte[FRAGMENTS_MAX + tooMany][];
        Arrays.fill(frames, fragment);
        frames[0] = RawPeer.frame(0x02, new byte[payloadBytes]);
        try (RawPeer peer = server.open()) {
            peer.send(RawPeer.concat(frames));
            assertFailed(peer, ProtocolViolation.TOO_MANY_FRAGMENTS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldHoldNoMoreThanTheBytesOfSmallFragments(final int payloadBytes) throws IOException {
        final byte[][] frames = new byte[FRAGMENTS_MAX - 1][];
        Arrays.fill(frames, RawPeer.frame(0x00, new byte[payloadBytes]));
        frames[0] = RawPeer.frame(0x02, new byte[payloadBytes]);
        try (RawPeer peer = server.open()) {
            // The answer to the Ping, which may stand between fragments, tells that they have been read.
            peer.send(RawPeer.concat(frames)).send(RawPeer.frame(0x89));
            assertThat(peer.readFrame().opcode()).isEqualTo(0xA);
            assertThat(leftovers.now().buffers())
                    .as("one for the message, none for each fragment")
                    .isLessThanOrEqualTo(1);
            peer.send(RawPeer.frame(0x80)).send(RawPeer.closeFrame(1000));
            recorder.await("close 1000");
        }
        assertThat(recorder.events)
                .containsExactly("open", "ping ", "binary " + payloadBytes * (FRAGMENTS_MAX - 1), "close 1000");
    }
}
