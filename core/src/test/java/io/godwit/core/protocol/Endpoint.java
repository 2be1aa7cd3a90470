package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.testkit.Bytes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;

/** A protocol with everything around it. */
final class Endpoint {
    final Role role;
    final EventLog log = new EventLog();
    final CountingBuffers buffers;
    final FrameRecorder output;
    final WebSocketProtocol protocol;

    Endpoint(final Role role) {
        this(role, builder -> builder);
    }

    Endpoint(final Role role, final UnaryOperator<WebSocketProtocol.Builder> settings) {
        this.role = role;
        buffers = new CountingBuffers();
        output = new FrameRecorder(role, log);
        protocol = settings.apply(WebSocketProtocol.builder(role, log, output, buffers))
                .build();
    }

    /** Goes on with the protocol of another, with a listener and an output of its own. */
    Endpoint(final Endpoint former) {
        role = former.role;
        buffers = former.buffers;
        output = new FrameRecorder(role, log);
        protocol = former.protocol;
        protocol.serve(log, output);
    }

    /** Receives frames as {@link Wire} writes them. */
    Endpoint receive(final String words) {
        return receive(Wire.to(role, words).bytes);
    }

    Endpoint receive(final byte... bytes) {
        final ByteBuffer in = Bytes.direct(bytes);
        protocol.receive(in);
        assertThat(in.hasRemaining()).as("bytes left").isFalse();
        return this;
    }

    /** Ends the input, and sees to it that nothing is still held. */
    Endpoint end() {
        protocol.endOfInput();
        assertThat(buffers.lent()).as("buffers not released").isZero();
        assertThat(protocol.readyState()).isEqualTo(ReadyState.CLOSED);
        assertThat(protocol.inputFinished()).isTrue();
        assertThat(protocol.outputFinished()).isTrue();
        return this;
    }

    List<String> events() {
        return log.events;
    }

    /** The two events that a violation leads to. */
    static List<String> failed(final ProtocolViolation violation) {
        final String reason = Bytes.hex(Bytes.utf8(violation.text()));
        return List.of(String.format("> 88 %04x%s", violation.closeCode(), reason), "violation " + violation);
    }
}
