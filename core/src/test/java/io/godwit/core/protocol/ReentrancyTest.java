package io.godwit.core.protocol;

import static io.godwit.core.frame.ProtocolViolation.INTERNAL_ERROR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.godwit.core.testkit.Bytes;
import io.godwit.core.testkit.Seed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the listener does from within its callbacks, and reading that stops. */
class ReentrancyTest {
    private static final String THREE = "01 01 61 80 01 61 81 01 62 81 01 63";

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldStopBeforeTheNextFrame(final Role role) {
        final Endpoint endpoint = new Endpoint(role);
        endpoint.log.then = event -> endpoint.protocol.pauseReceiving();
        final ByteBuffer in = Bytes.direct(Wire.to(role, THREE).bytes);
        final int frame = Wire.to(role, "81 01 61").bytes.length;

        endpoint.protocol.receive(in);
        assertThat(endpoint.events()).containsExactly("text aa");
        assertThat(in.remaining()).isEqualTo(2 * frame);
        endpoint.protocol.receive(in);
        assertThat(in.remaining()).isEqualTo(2 * frame);
        endpoint.protocol.resumeReceiving();
        endpoint.protocol.receive(in);
        assertThat(in.remaining()).isEqualTo(frame);
        endpoint.protocol.resumeReceiving();
        endpoint.log.then = event -> {
            endpoint.protocol.pauseReceiving();
            endpoint.protocol.resumeReceiving();
        };
        endpoint.protocol.receive(in);
        assertThat(endpoint.events()).containsExactly("text aa", "text b", "text c");
        endpoint.end();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldDiscardWhatFollowsTheEndEvenWherePaused(final Role role) {
        final Endpoint endpoint = new Endpoint(role);
        endpoint.log.then = event -> {
            endpoint.protocol.pauseReceiving();
            endpoint.protocol.resumeReceiving();
        };
        endpoint.receive("88 00 . 81 01 61");
        assertThat(endpoint.events()).containsExactly("> 88", "close 1005");
        endpoint.protocol.pauseReceiving();
        endpoint.receive("81 01 61").end();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSendFromWithinACallback(final Role role) {
        final Endpoint endpoint = new Endpoint(role);
        endpoint.log.then = event -> endpoint.protocol.sendText("re");
        endpoint.receive("81 01 61 89 00 . 8a 00 . 88 00 .");
        assertThat(endpoint.events())
                .containsExactly(
                        "text a", "> 81 7265", "> 8a", "ping", "> 81 7265", "pong", "> 81 7265", "> 88", "close 1005");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldCloseFromWithinACallback(final Role role) {
        for (final boolean fragments : new boolean[] {false, true}) {
            final Endpoint endpoint = new Endpoint(role, b -> b.deliverFragments(fragments));
            endpoint.log.then = event -> endpoint.protocol.close(1001, "");
            endpoint.receive(THREE + " 89 00 . 88 02 03e9");
            final List<String> expected = new ArrayList<>(List.of("> 88 03e9", "close 1001"));
            if (!fragments) {
                expected.add(0, "text aa");
            }
            assertThat(endpoint.events()).isEqualTo(expected);
            assertThat(endpoint.protocol.readyState()).isEqualTo(ReadyState.CLOSED);
            endpoint.end();
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldFailFromWithinACallback(final Role role) {
        final Endpoint endpoint = new Endpoint(role);
        endpoint.log.then = event -> endpoint.protocol.fail(INTERNAL_ERROR);
        endpoint.receive(THREE);
        final List<String> expected = new ArrayList<>(List.of("text aa"));
        expected.addAll(Endpoint.failed(INTERNAL_ERROR));
        assertThat(endpoint.events()).isEqualTo(expected);
        endpoint.end();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldEndFromWithinACallback(final Role role) {
        final Endpoint endpoint = new Endpoint(role);
        endpoint.log.then = event -> endpoint.protocol.endOfInput();
        endpoint.receive(THREE);
        assertThat(endpoint.events()).containsExactly("text aa");
        endpoint.end();
        // While a control frame's payload is held, too.
        final Endpoint split = new Endpoint(role);
        split.log.then = event -> split.protocol.endOfInput();
        final byte[] ping = Wire.to(role, "01 01 61 89 02 3132 80 01 61").bytes;
        split.receive(Arrays.copyOf(ping, ping.length / 2));
        split.receive(Arrays.copyOfRange(ping, ping.length / 2, ping.length));
        assertThat(split.events()).containsExactly("> 8a 3132", "ping 3132");
        split.end();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldRefuseToReceiveFromWithinACallback(final Role role) {
        final Endpoint endpoint = new Endpoint(role);
        final List<String> thrown = new ArrayList<>();
        endpoint.log.then = event -> assertThatIllegalStateException()
                .isThrownBy(() -> endpoint.protocol.receive(Bytes.direct((byte) 0x81)))
                .satisfies(e -> thrown.add(event));
        endpoint.receive(THREE);
        assertThat(thrown).containsExactly("text aa", "text b", "text c");
        assertThat(endpoint.events()).isEqualTo(thrown);
        endpoint.end();
    }

    /** Any calls from any callbacks: nothing behind an end but what may come there, and everything borrowed comes back. */
    @Test
    void shouldBearWhateverACallbackDoes() {
        Seed.forEach(3_000, random -> {
            final Role role = random.nextBoolean() ? Role.SERVER : Role.CLIENT;
            final boolean extended = random.nextBoolean();
            final boolean fragments = random.nextBoolean();
            final RunLengthExtension extension = extended ? new RunLengthExtension() : null;
            final Endpoint endpoint =
                    new Endpoint(role, b -> b.extension(extension).deliverFragments(fragments));
            final String[] last = {""};
            endpoint.log.then = event -> {
                assertThat(event).as("behind %s", last[0]).matches(allowedBehind(last[0]));
                final int choice = random.nextInt(24);
                if (choice == 7 && !last[0].equals("end")) {
                    last[0] = "fail";
                }
                last[0] = callBack(endpoint.protocol, choice, last[0]);
            };
            final byte[] stream = RandomStreams.stream(random, role, extended);
            for (int from = 0; from < stream.length; ) {
                final int to = Math.min(stream.length, from + 1 + random.nextInt(60));
                final ByteBuffer in = Bytes.direct(Arrays.copyOfRange(stream, from, to));
                while (in.hasRemaining()) {
                    endpoint.protocol.receive(in);
                    endpoint.protocol.resumeReceiving();
                }
                from = to;
            }
            endpoint.end();
            assertThat(extended ? extension.released : 1).isOne();
            final List<String> sent =
                    endpoint.events().stream().filter(e -> e.startsWith("> ")).toList();
            final long closes = sent.stream().filter(e -> e.startsWith("> 88")).count();
            assertThat(closes).isLessThanOrEqualTo(1);
            assertThat(closes == 0 || sent.get(sent.size() - 1).startsWith("> 88"))
                    .as("nothing behind our Close: %s", sent)
                    .isTrue();
        });
    }

    private static String allowedBehind(final String last) {
        return switch (last) {
            case "end" -> "nothing";
            case "fail" -> "violation .*";
            case "close" -> "(?s)close .*|violation .*";
            default -> "(?s).*";
        };
    }

    /** Does one thing, or none, and tells what has ended by it or before. */
    private static String callBack(final WebSocketProtocol protocol, final int choice, final String before) {
        switch (choice) {
            case 0 -> protocol.endOfInput();
            case 1 -> protocol.close(1000, "");
            case 2, 3 -> protocol.pauseReceiving();
            case 4 -> protocol.resumeReceiving();
            case 5 -> protocol.sendText("aaaa");
            case 6 -> protocol.ping(ByteBuffer.allocate(3));
            case 7 -> protocol.fail(INTERNAL_ERROR);
            default -> {}
        }
        if (choice == 0) {
            return "end";
        }
        return choice == 1 && before.isEmpty() ? "close" : before;
    }
}
