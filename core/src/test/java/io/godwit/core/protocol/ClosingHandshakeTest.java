package io.godwit.core.protocol;

import static io.godwit.core.frame.ProtocolViolation.INTERNAL_ERROR;
import static io.godwit.core.frame.ProtocolViolation.RESERVED_OPCODE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.godwit.core.frame.Opcode;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.protocol.ClosingHandshake.Event;
import io.godwit.core.testkit.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClosingHandshakeTest {

    @ParameterizedTest
    @CsvSource({
        "'', OPEN, OPEN, OPEN",
        "CLOSE_SENT, OPEN, CLOSE_SENT, CLOSING",
        "CLOSE_LOST, OPEN, CUT_OFF, CLOSING",
        "CLOSE_RECEIVED, CLOSE_RECEIVED, OPEN, CLOSING",
        "CLOSE_RECEIVED CLOSE_SENT, CLOSE_RECEIVED, CLOSE_SENT, CLOSED",
        "CLOSE_SENT CLOSE_RECEIVED, CLOSE_RECEIVED, CLOSE_SENT, CLOSED",
        "CLOSE_RECEIVED CLOSE_LOST, CLOSE_RECEIVED, CUT_OFF, CLOSING",
        "CLOSE_LOST CLOSE_RECEIVED, CLOSE_RECEIVED, CUT_OFF, CLOSING",
        "FAILED CLOSE_SENT, FAILED, CLOSE_SENT, CLOSING",
        "CLOSE_SENT FAILED, FAILED, CLOSE_SENT, CLOSING",
        "FAILED CLOSE_LOST, FAILED, CUT_OFF, CLOSING",
        "INPUT_ENDED, ENDED, CUT_OFF, CLOSED",
        "CLOSE_SENT INPUT_ENDED, ENDED, CLOSE_SENT, CLOSED",
        "CLOSE_RECEIVED CLOSE_SENT INPUT_ENDED INPUT_ENDED, ENDED, CLOSE_SENT, CLOSED",
        "FAILED CLOSE_SENT INPUT_ENDED, ENDED, CLOSE_SENT, CLOSED"
    })
    void shouldMoveAsItsTableSays(
            final String events,
            final ClosingHandshake.Input input,
            final ClosingHandshake.Output output,
            final ReadyState state) {
        final ClosingHandshake closing = new ClosingHandshake();
        for (final String event : events.split(" ")) {
            if (!event.isEmpty()) {
                closing.on(Event.valueOf(event));
            }
        }
        assertThat(closing.input()).isEqualTo(input);
        assertThat(closing.output()).isEqualTo(output);
        assertThat(closing.readyState()).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({
        "CLOSE_SENT, CLOSE_SENT", "CLOSE_LOST, CLOSE_SENT", "CLOSE_RECEIVED, CLOSE_RECEIVED", "CLOSE_RECEIVED, FAILED",
        "FAILED, CLOSE_RECEIVED", "FAILED, FAILED", "INPUT_ENDED, CLOSE_SENT", "INPUT_ENDED, CLOSE_RECEIVED",
        "INPUT_ENDED, FAILED"
    })
    void shouldRefuseWhatCannotHappen(final Event first, final Event second) {
        final ClosingHandshake closing = new ClosingHandshake();
        closing.on(first);
        assertThatIllegalStateException().isThrownBy(() -> closing.on(second));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldSendNothingAfterOurCloseAndTellOnlyTheEnd(final Role role) {
        final Endpoint endpoint = new Endpoint(role);
        endpoint.receive("01 01 61");
        endpoint.protocol.close(1001, "going");
        assertThat(endpoint.buffers.lent())
                .as("of a message that nobody will see")
                .isZero();
        assertThat(endpoint.protocol.readyState()).isEqualTo(ReadyState.CLOSING);
        assertThat(endpoint.protocol.outputFinished()).isTrue();
        assertThat(endpoint.protocol.inputFinished()).isFalse();

        endpoint.protocol.close(1000, "again");
        assertThat(endpoint.protocol.send(Opcode.TEXT, Bytes.heap())).isFalse();
        assertThat(endpoint.protocol.sendText("x")).isFalse();
        assertThat(endpoint.protocol.sendFragment(Opcode.TEXT, Bytes.heap(), true))
                .isFalse();
        assertThat(endpoint.protocol.sendShared(EncodedMessage.text(""))).isFalse();
        assertThat(endpoint.protocol.ping(Bytes.heap())).isFalse();
        assertThat(endpoint.protocol.pong(Bytes.heap())).isFalse();
        endpoint.receive("80 01 62 89 01 70 8a 00 . 82 02 ffff 88 05 03e8627965 89 00 .");

        assertThat(endpoint.events()).containsExactly("> 88 03e9676f696e67", "close 1000 bye");
        assertThat(endpoint.protocol.readyState()).isEqualTo(ReadyState.CLOSED);
        assertThat(endpoint.protocol.closeCode()).isEqualTo(1000);
        assertThat(endpoint.protocol.closeReason()).isEqualTo("bye");
        assertThat(endpoint.protocol.inputFinished()).isTrue();
        endpoint.protocol.fail(INTERNAL_ERROR);
        assertThat(endpoint.end().events()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldStillValidateAfterOurClose(final Role role) {
        final Endpoint endpoint = new Endpoint(role);
        endpoint.protocol.close(1000, "");
        endpoint.receive("81 01 61 83 00 .");
        assertThat(endpoint.events()).containsExactly("> 88 03e8", "violation " + RESERVED_OPCODE);
        final Endpoint text = new Endpoint(role);
        text.protocol.close(1005, "");
        text.receive("81 01 ff");
        assertThat(text.events()).containsExactly("> 88", "violation INVALID_UTF8");
        assertThat(text.protocol.closeCode()).isEqualTo(1006);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldFinishTheOutputWhereTheCloseFrameHasNoRoom(final Role role) {
        final Endpoint closing = new Endpoint(role);
        closing.output.full = true;
        closing.protocol.close(1000, "");
        assertThat(closing.protocol.readyState()).isEqualTo(ReadyState.CLOSING);
        assertThat(closing.protocol.outputFinished()).isTrue();

        final Endpoint answering = new Endpoint(role);
        answering.output.full = true;
        answering.receive("88 02 03e8");
        assertThat(answering.events()).containsExactly("close 1000");
        assertThat(answering.protocol.outputFinished()).isTrue();
        assertThat(answering.end().events()).hasSize(1);

        final Endpoint failing = new Endpoint(role);
        failing.output.full = true;
        failing.receive("83 00 .");
        assertThat(failing.events()).containsExactly("violation RESERVED_OPCODE");
        assertThat(failing.protocol.outputFinished()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldFailOnceAndDiscardTheRest(final Role role) {
        final Endpoint endpoint = new Endpoint(role);
        endpoint.receive("01 01 61");
        endpoint.protocol.fail(INTERNAL_ERROR);
        endpoint.protocol.fail(RESERVED_OPCODE);
        assertThat(endpoint.buffers.lent()).isZero();
        endpoint.receive("81 01 61 88 00 .");
        assertThat(endpoint.events()).isEqualTo(Endpoint.failed(INTERNAL_ERROR));
        assertThat(endpoint.events().get(0)).isEqualTo("> 88 03f3" + Bytes.hex(Bytes.utf8("internal error")));
        endpoint.end();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldBeClosedWhenTheBytesEnd(final Role role) {
        final Endpoint endpoint =
                new Endpoint(role).receive("01 01 61 89 7d 61").end();
        endpoint.protocol.close(1000, "");
        endpoint.protocol.fail(INTERNAL_ERROR);
        endpoint.receive("81 01 61").end();
        assertThat(endpoint.events()).isEmpty();
        assertThat(endpoint.protocol.closeCode()).isEqualTo(1006);
        assertThat(endpoint.protocol.closeReason()).isEmpty();
    }

    @Test
    void shouldRefuseCodesAndReasonsThatMustNotBeSentInAnyState() {
        final Endpoint endpoint = new Endpoint(Role.SERVER);
        for (int i = 0; i < 2; i++) {
            assertThatIllegalArgumentException().isThrownBy(() -> endpoint.protocol.close(1006, ""));
            assertThatIllegalArgumentException().isThrownBy(() -> endpoint.protocol.close(1005, "why"));
            assertThatIllegalArgumentException().isThrownBy(() -> endpoint.protocol.close(1000, "x".repeat(124)));
            endpoint.protocol.close(1000, "x".repeat(123));
        }
        assertThat(endpoint.events()).hasSize(1);
    }
}
