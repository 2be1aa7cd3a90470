package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.testkit.Bytes;
import io.godwit.core.testkit.Seed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A protocol at rest has forgotten all that was: it may go on for another connection. */
class AtRestTest {
    private static final ProtocolLimits LIMITS = new ProtocolLimits(140, 200, 6);

    /**
     * Several connections take turns with protocols that are lent, as long as they are at rest between; what comes of that is
     * what comes of protocols of their own.
     */
    @Test
    void shouldServeOneAfterTheOtherAsANewOneServesEach() {
        Seed.forEach(2_000, random -> {
            final Role role = random.nextBoolean() ? Role.SERVER : Role.CLIENT;
            final boolean fragments = random.nextBoolean();
            Endpoint reused = endpoint(role, fragments);
            for (int connection = 0; connection < 5; connection++) {
                if (!reused.protocol.isAtRest()) {
                    reused.end();
                    reused = endpoint(role, fragments);
                }
                assertThat(reused.buffers.lent()).as("buffers held at rest").isZero();
                final int before = reused.events().size();
                final Endpoint former = reused;
                reused = new Endpoint(former);
                final Endpoint fresh = endpoint(role, fragments);
                for (final byte[] bytes : cuts(random, RandomStreams.stream(random, role, false))) {
                    final long seed = random.nextLong();
                    act(new Random(seed), reused, bytes);
                    act(new Random(seed), fresh, bytes);
                    assertThat(reused.events()).as(Bytes.hex(bytes)).isEqualTo(fresh.events());
                    assertThat(reused.protocol.readyState()).isEqualTo(fresh.protocol.readyState());
                    assertThat(reused.protocol.isAtRest()).isEqualTo(fresh.protocol.isAtRest());
                    assertThat(reused.protocol.closeCode()).isEqualTo(fresh.protocol.closeCode());
                }
                fresh.end();
                assertThat(former.events()).as("told to the former").hasSize(before);
            }
            reused.end();
        });
    }

    /** Random streams, cut anywhere: where it says that it is at rest, a new one gets the rest of the stream as it does. */
    @Test
    void shouldBeReplaceableWhereverItIsAtRest() {
        Seed.forEach(2_000, random -> {
            final Role role = random.nextBoolean() ? Role.SERVER : Role.CLIENT;
            final boolean fragments = random.nextBoolean();
            final Endpoint own = endpoint(role, fragments);
            Endpoint lent = endpoint(role, fragments);
            final List<String> events = new ArrayList<>();
            for (final byte[] bytes : cuts(random, RandomStreams.stream(random, role, false))) {
                own.receive(bytes);
                lent.receive(bytes);
                if (lent.protocol.isAtRest()) {
                    events.addAll(lent.events());
                    lent = endpoint(role, fragments);
                }
            }
            events.addAll(lent.events());
            assertThat(events).isEqualTo(own.events());
            assertThat(lent.protocol.readyState()).isEqualTo(own.protocol.readyState());
        });
    }

    /** Now and then something is sent, pinged, or paused and resumed, before the bytes come. */
    private static void act(final Random random, final Endpoint endpoint, final byte[] bytes) {
        final WebSocketProtocol protocol = endpoint.protocol;
        switch (random.nextInt(6)) {
            case 0 -> protocol.sendText("sent");
            case 1 -> protocol.send(Opcode.BINARY, ByteBuffer.allocate(random.nextInt(300)));
            case 2 -> protocol.ping(ByteBuffer.allocate(random.nextInt(5)));
            case 3 -> {
                protocol.pauseReceiving();
                protocol.resumeReceiving();
            }
            default -> {
                // Only what comes.
            }
        }
        endpoint.receive(bytes);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldServeNobodyUntilItIsTold(final Role role) {
        final CountingBuffers buffers = new CountingBuffers();
        final WebSocketProtocol protocol =
                WebSocketProtocol.builder(role, buffers).limits(LIMITS).build();
        assertThat(protocol.isAtRest()).isTrue();
        final EventLog log = new EventLog();
        protocol.serve(log, new FrameRecorder(role, log));
        protocol.sendText("hi");
        protocol.receive(Bytes.direct(Wire.to(role, "81 02 6869").bytes));
        assertThat(log.events).containsExactly("> 81 6869", "text hi");
        protocol.serve(null, null);
        assertThat(protocol.isAtRest()).isTrue();
        protocol.endOfInput();
        assertThat(protocol.sendText("late")).isFalse();
        assertThat(protocol.ping(ByteBuffer.allocate(0))).isFalse();
        protocol.close(1000, "");
        protocol.fail(ProtocolViolation.POLICY);
        assertThat(protocol.closeCode()).isEqualTo(1006);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldBeAtRestFromTheStartAndAfterEachMessageAndControlFrame(final Role role) {
        final Endpoint endpoint = endpoint(role, false);
        assertThat(endpoint.protocol.isAtRest()).isTrue();
        for (final String words : List.of("81 02 6869", "82 00 .", "01 01 68 80 01 69", "89 01 61", "8a 00 .")) {
            endpoint.receive(words);
            assertThat(endpoint.protocol.isAtRest()).as(words).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"SERVER, 81 05 48656c6c6f", "CLIENT, 81 05 48656c6c6f", "SERVER, 89 03 010203", "CLIENT, 89 03 010203"})
    void shouldNotBeAtRestWithinAFrame(final Role role, final String words) {
        final byte[] bytes = Wire.to(role, words).bytes;
        for (int cut = 1; cut < bytes.length; cut++) {
            final Endpoint endpoint = endpoint(role, false);
            endpoint.receive(Arrays.copyOf(bytes, cut));
            assertThat(endpoint.protocol.isAtRest()).as("after %s bytes", cut).isFalse();
            endpoint.receive(Arrays.copyOfRange(bytes, cut, bytes.length));
            assertThat(endpoint.protocol.isAtRest()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldNotBeAtRestBetweenTheFragmentsOfAMessage(final Role role) {
        final Endpoint endpoint = endpoint(role, false);
        endpoint.receive("02 00 .");
        assertThat(endpoint.protocol.isAtRest()).isFalse();
        endpoint.receive("89 00 .");
        assertThat(endpoint.protocol.isAtRest()).as("a Ping between").isFalse();
        endpoint.receive("80 00 .");
        assertThat(endpoint.protocol.isAtRest()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldNotBeAtRestWhileItSendsAMessageInFragments(final Role role) {
        final WebSocketProtocol protocol = endpoint(role, false).protocol;
        protocol.sendFragment(Opcode.TEXT, ByteBuffer.allocate(1), false);
        assertThat(protocol.isAtRest()).isFalse();
        protocol.sendFragment(Opcode.CONTINUATION, ByteBuffer.allocate(1), true);
        assertThat(protocol.isAtRest()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldNotBeAtRestWhilePausedNorWithinACallback(final Role role) {
        final Endpoint endpoint = endpoint(role, false);
        endpoint.protocol.pauseReceiving();
        assertThat(endpoint.protocol.isAtRest()).isFalse();
        endpoint.protocol.resumeReceiving();
        assertThat(endpoint.protocol.isAtRest()).isTrue();
        final List<Boolean> within = new ArrayList<>();
        endpoint.log.then = event -> within.add(endpoint.protocol.isAtRest());
        endpoint.receive("81 02 6869");
        assertThat(within).containsExactly(false);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldNeverBeAtRestAgainOnceClosingHasBegun(final Role role) {
        final Endpoint closing = endpoint(role, false);
        closing.protocol.close(1000, "");
        final Endpoint failed = endpoint(role, false);
        failed.protocol.fail(ProtocolViolation.POLICY);
        final Endpoint closed = endpoint(role, false);
        closed.receive("88 00 .");
        final Endpoint ended = endpoint(role, false);
        ended.protocol.endOfInput();
        for (final Endpoint endpoint : List.of(closing, failed, closed, ended)) {
            endpoint.protocol.resumeReceiving();
            assertThat(endpoint.protocol.isAtRest()).isFalse();
        }
    }

    /** It may remember what was: whoever made it has to keep it for its connection. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldNeverBeAtRestWithAnExtension(final Role role) {
        final Endpoint endpoint = new Endpoint(role, builder -> builder.extension(new RunLengthExtension()));
        assertThat(endpoint.protocol.isAtRest()).isFalse();
    }

    private static List<byte[]> cuts(final Random random, final byte[] stream) {
        final List<byte[]> cuts = new ArrayList<>();
        for (int from = 0; from < stream.length; ) {
            final int to = Math.min(stream.length, from + 1 + random.nextInt(30));
            cuts.add(Arrays.copyOfRange(stream, from, to));
            from = to;
        }
        return cuts;
    }

    /** From the first byte of a header to the last byte of a message, with a Ping between its frames. */
    @Test
    void shouldTellFromTheFirstByteToTheLastThatThePeerIsToSendMore() {
        final Endpoint server = endpoint(Role.SERVER, false);
        final byte[] bytes = Bytes.hex("028300000000010203" + "898000000000" + "808100000000" + "04");
        for (int i = 0; i < bytes.length; i++) {
            assertThat(server.protocol.isInputUnfinished())
                    .as("before byte %s", i)
                    .isEqualTo(i > 0);
            assertThat(server.protocol.heldBytes() > 0).as("before byte %s", i).isEqualTo(i > 6);
            server.receive(bytes[i]);
        }
        assertThat(server.protocol.isInputUnfinished()).isFalse();
        assertThat(server.protocol.heldBytes()).isZero();
        assertThat(server.protocol.isAtRest()).isTrue();
        server.receive(Bytes.hex("02"));
        server.end();
        assertThat(server.protocol.isInputUnfinished()).as("nothing is to come").isFalse();
    }

    @Test
    void shouldGiveTheMemoryOfAMessageBackAndTellNoneOfIt() {
        final Endpoint server = endpoint(Role.SERVER, false);
        server.receive(Bytes.hex("028300000000010203"));
        server.protocol.discardMessages();
        assertThat(server.buffers.lent()).isZero();
        assertThat(server.protocol.heldBytes()).isZero();
        server.receive(Bytes.hex("80810000000004"));
        assertThat(server.events()).isEmpty();
        assertThat(server.protocol.isAtRest()).isFalse();
        server.protocol.fail(ProtocolViolation.OVERLOADED);
        assertThat(server.protocol.inputFinished()).isTrue();
    }

    private static Endpoint endpoint(final Role role, final boolean fragments) {
        return new Endpoint(
                role,
                builder -> builder.limits(LIMITS).deliverFragments(fragments).fragmentBytes(100));
    }
}
