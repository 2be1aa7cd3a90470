package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.godwit.core.frame.Opcode;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.testkit.Bytes;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SendingTest {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);
    private static final EncodedMessage SHARED = EncodedMessage.text("shared");

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSendMessagesAndControlFrames(final Role role) {
        final Endpoint endpoint = new Endpoint(role);
        final ByteBuffer payload = Bytes.direct(Bytes.hex("00ff"));
        assertThat(endpoint.protocol.send(Opcode.BINARY, payload)).isTrue();
        assertThat(endpoint.protocol.sendText("Größe")).isTrue();
        assertThat(endpoint.protocol.sendText("")).isTrue();
        assertThat(endpoint.protocol.ping(payload)).isTrue();
        assertThat(endpoint.protocol.pong(EMPTY)).isTrue();

        assertThat(payload.remaining()).isEqualTo(2);
        assertThat(endpoint.events()).containsExactly("> 82 00ff", "> 81 4772c3b6c39f65", "> 81", "> 89 00ff", "> 8a");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSplitLongMessagesAndAskForRoomOnce(final Role role) {
        final Endpoint endpoint = new Endpoint(role, b -> b.fragmentBytes(3));
        endpoint.protocol.send(Opcode.BINARY, Bytes.heap(Bytes.hex("000102030405")));
        endpoint.protocol.sendText("abcd");
        endpoint.protocol.sendText("abc");
        endpoint.protocol.send(Opcode.TEXT, EMPTY);

        assertThat(endpoint.events())
                .containsExactly("> 02 000102", "> 80 030405", "> 01 616263", "> 80 64", "> 81 616263", "> 81");
        assertThat(endpoint.output.reserved).containsExactly(Opcode.BINARY, Opcode.TEXT, Opcode.TEXT, Opcode.TEXT);
        assertThat(endpoint.buffers.lent()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSendAMessageInFragments(final Role role) {
        final Endpoint endpoint = new Endpoint(role);
        final WebSocketProtocol protocol = endpoint.protocol;
        assertThatIllegalStateException().isThrownBy(() -> protocol.sendFragment(Opcode.CONTINUATION, EMPTY, true));
        assertThat(protocol.sendFragment(Opcode.TEXT, Bytes.heap((byte) 'a'), false))
                .isTrue();
        assertThatIllegalStateException().isThrownBy(() -> protocol.sendFragment(Opcode.BINARY, EMPTY, false));
        assertThatIllegalStateException().isThrownBy(() -> protocol.send(Opcode.BINARY, EMPTY));
        assertThatIllegalStateException().isThrownBy(() -> protocol.sendText("x"));
        assertThatIllegalStateException().isThrownBy(() -> protocol.sendShared(SHARED));
        assertThat(protocol.ping(EMPTY)).isTrue();
        endpoint.output.full = true;
        assertThat(protocol.sendFragment(Opcode.CONTINUATION, EMPTY, true)).isFalse();
        endpoint.output.full = false;
        assertThat(protocol.sendFragment(Opcode.CONTINUATION, Bytes.heap((byte) 'b'), false))
                .isTrue();
        assertThat(protocol.sendFragment(Opcode.CONTINUATION, EMPTY, true)).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> protocol.sendFragment(Opcode.CONTINUATION, EMPTY, true));
        assertThat(protocol.sendFragment(Opcode.BINARY, EMPTY, true)).isTrue();
        assertThat(protocol.sendText("x")).isTrue();

        assertThat(endpoint.events()).containsExactly("> 01 61", "> 89", "> 00 62", "> 80", "> 82", "> 81 78");
    }

    @Test
    void shouldRefuseMisuse() {
        final WebSocketProtocol protocol = new Endpoint(Role.SERVER).protocol;
        final ByteBuffer tooLong = ByteBuffer.allocate(126);
        assertThatIllegalArgumentException().isThrownBy(() -> protocol.ping(tooLong));
        assertThatIllegalArgumentException().isThrownBy(() -> protocol.pong(tooLong));
        assertThat(protocol.ping(tooLong.limit(125))).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> protocol.send(Opcode.PING, EMPTY));
        assertThatIllegalArgumentException().isThrownBy(() -> protocol.send(Opcode.CONTINUATION, EMPTY));
        assertThatIllegalArgumentException().isThrownBy(() -> protocol.sendFragment(Opcode.CLOSE, EMPTY, true));
        assertThatIllegalArgumentException().isThrownBy(() -> protocol.sendText("\uD800"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Endpoint(Role.CLIENT, b -> b.fragmentBytes(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new ProtocolLimits(0, 1, 1));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSendNothingWhereThereIsNoRoom(final Role role) {
        final Endpoint endpoint = new Endpoint(role, b -> b.fragmentBytes(2));
        endpoint.output.full = true;
        assertThat(endpoint.protocol.send(Opcode.BINARY, ByteBuffer.allocate(5)))
                .isFalse();
        assertThat(endpoint.protocol.sendText("a")).isFalse();
        assertThat(endpoint.protocol.sendText("abc")).isFalse();
        assertThat(endpoint.protocol.ping(EMPTY)).isFalse();
        assertThat(endpoint.protocol.sendShared(SHARED)).isFalse();
        // The Pong is dropped, the Ping is told all the same; a later one is answered.
        endpoint.receive("89 01 31");
        endpoint.output.full = false;
        endpoint.receive("89 01 32");
        assertThat(endpoint.events()).containsExactly("ping 31", "> 8a 32", "ping 32");
        assertThat(endpoint.buffers.lent()).isZero();
    }

    /** A server's frames leave as they are; a client masks its own, each time with another key (RFC 6455 §5.3). */
    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSendWhatWasEncodedOnce(final Role role) {
        final EncodedMessage text = EncodedMessage.text("hi");
        final EncodedMessage binary = EncodedMessage.binary(Bytes.direct(Bytes.hex("00ff")));
        for (int i = 0; i < 2; i++) {
            final Endpoint endpoint = new Endpoint(role);
            assertThat(endpoint.protocol.sendShared(text)).isTrue();
            assertThat(endpoint.protocol.sendShared(binary)).isTrue();
            assertThat(endpoint.protocol.sendShared(SHARED)).isTrue();
            assertThat(endpoint.events()).containsExactly("> 81 6869", "> 82 00ff", "> 81 736861726564");
            assertThat(endpoint.output.shared).isEqualTo(role == Role.SERVER ? 3 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSplitWhatWasEncodedOnce(final Role role) {
        final Endpoint endpoint = new Endpoint(role, b -> b.fragmentBytes(3));
        assertThat(endpoint.protocol.sendShared(SHARED)).isTrue();
        assertThat(endpoint.protocol.sendShared(EncodedMessage.text("abc"))).isTrue();
        assertThat(endpoint.events()).containsExactly("> 01 736861", "> 80 726564", "> 81 616263");
        assertThat(endpoint.output.shared).isEqualTo(role == Role.SERVER ? 1 : 0);
    }
}
