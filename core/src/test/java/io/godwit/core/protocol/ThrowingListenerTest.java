package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.testkit.Bytes;
import io.godwit.core.testkit.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A callback throws, which it must not: the protocol has failed for good, and nobody else is served with it. */
class ThrowingListenerTest {

    private static final String CLOSE_1011 =
            "> 88 03f3" + Bytes.hex(Bytes.utf8(ProtocolViolation.INTERNAL_ERROR.text()));

    private static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static Endpoint throwing(final Role role, final boolean fragments) {
        final Endpoint endpoint = new Endpoint(role, builder -> builder.deliverFragments(fragments));
        endpoint.log.then = event -> {
            throw new Thrown();
        };
        return endpoint;
    }

    private static void assertFailed(final Endpoint endpoint) {
        final WebSocketProtocol protocol = endpoint.protocol;
        assertThat(protocol.isAtRest()).isFalse();
        assertThat(protocol.inputFinished()).isTrue();
        assertThat(protocol.outputFinished()).isTrue();
        assertThat(protocol.sendText("x")).isFalse();
        final int before = endpoint.events().size();
        endpoint.log.then = event -> {};
        protocol.resumeReceiving();
        endpoint.receive("81 01 61 89 00 . 88 00 .");
        assertThat(endpoint.events()).as("what is told afterwards").hasSize(before);
        assertThat(protocol.isAtRest()).isFalse();
        endpoint.end();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "81 02 6869",
                "82 00 .",
                "01 01 61 80 01 62",
                "01 01 61 89 00 . 80 01 62",
                "89 01 61",
                "8a 01 61",
                "88 02 03e8",
                "83 00 ."
            })
    void shouldFailForGoodWhereverACallbackThrows(final String words) {
        for (final Role role : Role.values()) {
            for (final boolean fragments : new boolean[] {false, true}) {
                final byte[] stream = Wire.join(Wire.to(role, words).bytes, Wire.to(role, "81 03 61" + "8161").bytes);
                for (int cut = 1; cut <= stream.length; cut++) {
                    final Endpoint endpoint = throwing(role, fragments);
                    receiveUntilThrown(endpoint, stream, cut);
                    assertFailed(endpoint);
                }
            }
        }
    }

    /** In two parts: the payload that follows must not be taken for a header. */
    private static void receiveUntilThrown(final Endpoint endpoint, final byte[] stream, final int cut) {
        boolean thrown = false;
        for (final byte[] part : List.of(Arrays.copyOf(stream, cut), Arrays.copyOfRange(stream, cut, stream.length))) {
            final ByteBuffer in = Bytes.direct(part);
            try {
                endpoint.protocol.receive(in);
            } catch (final Thrown e) {
                thrown = true;
            }
            assertThat(in.remaining()).as("bytes left").isZero();
            assertThat(in.limit()).as("the limit is as it was").isEqualTo(3 + part.length);
        }
        assertThat(thrown).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldTellThePeerAndHandTheExceptionOn(final Role role) {
        final Endpoint endpoint = throwing(role, false);
        assertThatThrownBy(() -> endpoint.receive("81 02 6869")).isInstanceOf(Thrown.class);
        assertThat(endpoint.events()).containsExactly("text hi", CLOSE_1011);
        assertThat(endpoint.protocol.readyState()).isEqualTo(ReadyState.CLOSING);
        assertFailed(endpoint);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldFinishItsOutputEvenIfTheCloseHasNoRoom(final Role role) {
        final Endpoint full = throwing(role, false);
        full.output.full = true;
        assertThatThrownBy(() -> full.receive("81 02 6869")).isInstanceOf(Thrown.class);
        assertThat(full.protocol.outputFinished()).isTrue();
        final Endpoint broken = throwing(role, false);
        broken.output.meanwhile = () -> {
            throw new IllegalStateException("thrown by a test's output");
        };
        assertThatThrownBy(() -> broken.receive("81 02 6869"))
                .isInstanceOf(Thrown.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(broken.protocol.outputFinished()).isTrue();
        assertThat(broken.protocol.isAtRest()).isFalse();
    }

    /** At any callback of any stream: what was borrowed comes back, and nothing is told afterwards. */
    @Test
    void shouldGiveBackWhatItHoldsWhereverACallbackThrows() {
        Seed.forEach(2_000, random -> {
            final Role role = random.nextBoolean() ? Role.SERVER : Role.CLIENT;
            final boolean fragments = random.nextBoolean();
            final Endpoint endpoint = new Endpoint(role, builder -> builder.deliverFragments(fragments));
            final int[] left = {random.nextInt(6)};
            endpoint.log.then = event -> {
                if (left[0]-- == 0) {
                    throw new Thrown();
                }
            };
            final byte[] stream = RandomStreams.stream(random, role, false);
            boolean thrown = false;
            for (int from = 0; from < stream.length && !thrown; ) {
                final int to = Math.min(stream.length, from + 1 + random.nextInt(60));
                try {
                    endpoint.protocol.receive(Bytes.direct(Arrays.copyOfRange(stream, from, to)));
                } catch (final Thrown e) {
                    thrown = true;
                }
                from = to;
            }
            if (thrown) {
                assertThat(endpoint.buffers.lent()).as("buffers held").isZero();
                assertFailed(endpoint);
            }
            endpoint.end();
        });
    }

    /** Misuse is told before anything is done: it breaks nothing. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldGoOnAfterAnExceptionThatIsNoCallbacks(final Role role) {
        final Endpoint endpoint = new Endpoint(role);
        final ByteBuffer in = Bytes.direct(Wire.to(role, "81 02 6869").bytes);
        assertThatThrownBy(() -> endpoint.protocol.receive(in.order(ByteOrder.LITTLE_ENDIAN)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> endpoint.protocol.send(Opcode.PONG, in)).isInstanceOf(IllegalArgumentException.class);
        assertThat(endpoint.protocol.isAtRest()).isTrue();
        endpoint.protocol.receive(in.order(ByteOrder.BIG_ENDIAN));
        assertThat(endpoint.events()).containsExactly("text hi");
    }
}
