package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.core.frame.Opcode;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.testkit.Bytes;
import io.godwit.core.testkit.HostileText;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is sent changes, or throws, while it is sent: the peer gets whole frames or none, and the connection goes on. */
class HostileCallerTest {

    private enum Way {
        MESSAGE((protocol, payload) -> protocol.send(Opcode.BINARY, payload)),
        FRAGMENT((protocol, payload) -> {
            protocol.sendFragment(Opcode.BINARY, payload, false);
            protocol.sendFragment(Opcode.CONTINUATION, ByteBuffer.allocate(0), true);
        }),
        PING(WebSocketProtocol::ping),
        PONG(WebSocketProtocol::pong);

        private final BiConsumer<WebSocketProtocol, ByteBuffer> send;

        Way(final BiConsumer<WebSocketProtocol, ByteBuffer> send) {
            this.send = send;
        }
    }

    private static void assertUsable(final Endpoint endpoint) {
        final int before = endpoint.events().size();
        endpoint.output.meanwhile = () -> {};
        assertThat(endpoint.protocol.sendText("on")).isTrue();
        endpoint.receive("81 02 6869");
        final List<String> events = endpoint.events();
        assertThat(events.subList(before, events.size())).containsExactly("> 81 6f6e", "text hi");
        assertThat(endpoint.protocol.readyState()).isEqualTo(ReadyState.OPEN);
        assertThat(endpoint.buffers.lent()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSendATextAsItWasAtOneMomentOrNotAtAll(final Role role) {
        for (final HostileText text : HostileText.all()) {
            final Endpoint endpoint = new Endpoint(role);
            sendHostile(endpoint, text);
            assertUsable(endpoint);
        }
    }

    /** As bytes first, since it is to be split, or encoded by an extension. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSplitOrEncodeATextAsItWasAtOneMoment(final Role role) {
        for (final HostileText text : HostileText.all()) {
            final Endpoint split = new Endpoint(role, builder -> builder.fragmentBytes(4));
            sendQuietly(split.protocol, text);
            assertUsable(split);
        }
        for (final HostileText text : HostileText.all()) {
            final Endpoint extended = new Endpoint(role, builder -> builder.extension(new RunLengthExtension()));
            sendQuietly(extended.protocol, text);
            assertThat(extended.protocol.sendText("on")).isTrue();
            assertThat(extended.buffers.lent()).isZero();
        }
    }

    private static void sendHostile(final Endpoint endpoint, final HostileText text) {
        if (sendQuietly(endpoint.protocol, text)) {
            final List<String> whole = text.versions().stream()
                    .map(version -> ("> 81 " + Bytes.hex(Bytes.utf8(version))).trim())
                    .toList();
            assertThat(endpoint.events()).hasSize(1);
            assertThat(endpoint.events().get(0)).isIn(whole);
        } else {
            assertThat(endpoint.events()).isEmpty();
        }
    }

    private static boolean sendQuietly(final WebSocketProtocol protocol, final CharSequence text) {
        try {
            return protocol.sendText(text);
        } catch (final IllegalArgumentException | IllegalStateException e) {
            return false;
        }
    }

    @Test
    void shouldEncodeASharedTextAsItWasAtOneMomentOrNotAtAll() {
        for (final HostileText text : HostileText.all()) {
            final Endpoint endpoint = new Endpoint(Role.SERVER);
            try {
                assertThat(endpoint.protocol.sendShared(EncodedMessage.text(text)))
                        .isTrue();
                assertThat(endpoint.events()).hasSize(1);
            } catch (final IllegalArgumentException | IllegalStateException e) {
                assertThat(endpoint.events()).isEmpty();
            }
            assertUsable(endpoint);
        }
    }

    @Test
    void shouldRefuseATextWithoutContent() {
        final Endpoint endpoint = new Endpoint(Role.SERVER);
        final CharSequence none = new CharSequence() {
            @Override
            public int length() {
                return 1;
            }

            @Override
            public char charAt(final int index) {
                return 'x';
            }

            @Override
            public CharSequence subSequence(final int start, final int end) {
                return this;
            }

            @Override
            public String toString() {
                return null;
            }
        };
        assertThatNullPointerException().isThrownBy(() -> endpoint.protocol.sendText(none));
        assertThatNullPointerException().isThrownBy(() -> endpoint.protocol.sendText(null));
        assertThatNullPointerException().isThrownBy(() -> EncodedMessage.text(none));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> endpoint.protocol.sendText(HostileText.changing("\uDC00", "x")));
        assertThat(endpoint.events()).isEmpty();
        assertUsable(endpoint);
    }

    /** The text's own code runs before the state is asked. */
    @Test
    void shouldSendNothingBehindTheCloseThatATextSends() {
        final Endpoint endpoint = new Endpoint(Role.SERVER);
        final HostileText text = HostileText.changing("too late").whenSeen(() -> endpoint.protocol.close(1000, ""));
        assertThat(endpoint.protocol.sendText(text)).isFalse();
        assertThat(endpoint.events()).containsExactly("> 88 03e8");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldSendAPayloadOfTheLengthThatItHadFirst(final Way way) {
        for (final Role role : Role.values()) {
            for (final ByteBuffer payload : payloads(200)) {
                final Endpoint endpoint = new Endpoint(role);
                payload.position(10).limit(30);
                endpoint.output.meanwhile = () -> payload.limit(190).position(30);
                way.send.accept(endpoint.protocol, payload);
                assertThat(endpoint.events().get(0)).matches("> .. (aa){20}");
                assertThat(endpoint.output.cancelled).isZero();
                assertUsable(endpoint);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldSendNothingOfAPayloadThatIsTakenAway(final Way way) {
        for (final Role role : Role.values()) {
            for (final ByteBuffer payload : payloads(60)) {
                final Endpoint endpoint = new Endpoint(role);
                endpoint.output.meanwhile = () -> payload.limit(20);
                assertThatThrownBy(() -> way.send.accept(endpoint.protocol, payload))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThat(endpoint.output.cancelled).isOne();
                assertThat(endpoint.events()).isEmpty();
                assertUsable(endpoint);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSendNoFragmentOfAPayloadThatIsTakenAway(final Role role) {
        for (final ByteBuffer payload : payloads(60)) {
            final Endpoint endpoint = new Endpoint(role, builder -> builder.fragmentBytes(25));
            endpoint.output.meanwhile = () -> payload.limit(55);
            assertThatThrownBy(() -> endpoint.protocol.send(Opcode.BINARY, payload))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(endpoint.events()).isEmpty();
            assertUsable(endpoint);
        }
    }

    private static List<ByteBuffer> payloads(final int bytes) {
        final byte[] content = Bytes.hex("aa".repeat(bytes));
        return List.of(
                ByteBuffer.wrap(content),
                ByteBuffer.allocateDirect(bytes).put(content).flip(),
                ByteBuffer.wrap(content).asReadOnlyBuffer());
    }
}
