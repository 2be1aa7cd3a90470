package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A Close frame that waits for what was promised to be sent before it (RFC 6455 §5.5.1). */
class HeldCloseTest {

    private final EventLog log = new EventLog();
    private WebSocketProtocol protocol;

    private void open(final Role role) {
        protocol = WebSocketProtocol.builder(role, log, new FrameRecorder(role, log), new CountingBuffers())
                .holdClose()
                .build();
    }

    private void receive(final Role role, final String words) {
        protocol.receive(ByteBuffer.wrap(Wire.to(role, words).bytes));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldAnswerThePeersCloseOnceItIsTold(final Role role) {
        open(role);
        receive(role, "88 02 0bb8");
        assertThat(protocol.holdsClose()).isTrue();
        assertThat(protocol.readyState()).isEqualTo(ReadyState.CLOSING);
        assertThat(protocol.isAtRest()).isFalse();
        assertThat(protocol.send(Opcode.BINARY, ByteBuffer.wrap(new byte[] {1})))
                .isTrue();
        protocol.sendHeldClose();
        protocol.sendHeldClose();
        assertThat(protocol.holdsClose()).isFalse();
        assertThat(protocol.readyState()).isEqualTo(ReadyState.CLOSED);
        assertThat(protocol.send(Opcode.BINARY, ByteBuffer.wrap(new byte[] {2})))
                .isFalse();
        assertThat(log.events).containsExactly("close 3000", "> 82 01", "> 88 0bb8");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldFailTheConnectionOnceItIsTold(final Role role) {
        open(role);
        receive(role, "83 00 .");
        assertThat(log.events).containsExactly("violation " + ProtocolViolation.RESERVED_OPCODE);
        assertThat(protocol.sendText("promised")).isTrue();
        receive(role, "81 01 41");
        protocol.sendHeldClose();
        assertThat(protocol.outputFinished()).isTrue();
        assertThat(log.events).hasSize(3);
        assertThat(log.events.get(2)).startsWith("> 88 03ea");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSendOneCloseOnlyThatOfThePeerFirst(final Role role) {
        open(role);
        receive(role, "88 02 0bb8");
        protocol.close(4000, "");
        protocol.sendHeldClose();
        assertThat(log.events).containsExactly("close 3000", "> 88 0bb8");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSendNothingOnceThePeerIsGone(final Role role) {
        open(role);
        receive(role, "88 02 0bb8");
        protocol.endOfInput();
        assertThat(protocol.holdsClose()).isFalse();
        protocol.sendHeldClose();
        assertThat(protocol.sendText("late")).isFalse();
        assertThat(log.events).containsExactly("close 3000");
    }
}
