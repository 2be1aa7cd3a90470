package io.godwit.core.message;

import io.godwit.core.frame.ClosePayload;
import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import java.nio.ByteBuffer;

/**
 * Puts a control frame's payload together where it comes in more than one read (RFC 6455 §5.5: 125 bytes at most), and
 * judges a Close frame's as it comes. Control frames stand between a message's fragments, so this is apart from the
 * message's own state.
 */
final class ControlCollector {
    private static final int CLOSE_CODE_BYTES = 2;

    private final ControlSink sink;
    private final BufferSource buffers;
    private Opcode opcode;
    private ByteBuffer collected;

    ControlCollector(final ControlSink sink, final BufferSource buffers) {
        this.sink = sink;
        this.buffers = buffers;
    }

    ProtocolViolation begin(final int opcodeBits, final long payloadBytes) {
        opcode = Opcode.of(opcodeBits);
        // §5.5.1: known from the length alone.
        return opcode == Opcode.CLOSE && payloadBytes == 1 ? ProtocolViolation.CLOSE_PAYLOAD_OF_ONE_BYTE : null;
    }

    ProtocolViolation add(final ByteBuffer payload, final boolean frameEnds) {
        if (collected == null && frameEnds) {
            final ProtocolViolation violation = judge(payload, true);
            if (violation == null) {
                sink.onControl(opcode, payload);
            }
            return violation;
        }
        if (collected == null) {
            collected = buffers.acquire(FrameWriter.CONTROL_BYTES_MAX);
            if (collected == null) {
                return ProtocolViolation.OVERLOADED;
            }
        }
        collected.put(payload);
        return frameEnds ? deliver() : judgeBeginning();
    }

    void release() {
        if (collected != null) {
            final ByteBuffer buffer = collected;
            collected = null;
            buffers.release(buffer);
        }
    }

    private ProtocolViolation deliver() {
        final ByteBuffer buffer = collected;
        collected = null;
        try {
            buffer.flip();
            final ProtocolViolation violation = judge(buffer, true);
            if (violation == null) {
                sink.onControl(opcode, buffer);
            }
            return violation;
        } finally {
            buffers.release(buffer);
        }
    }

    private ProtocolViolation judgeBeginning() {
        final int length = collected.position();
        collected.flip();
        final ProtocolViolation violation = judge(collected, false);
        collected.limit(collected.capacity()).position(length);
        return violation;
    }

    private ProtocolViolation judge(final ByteBuffer payload, final boolean whole) {
        if (opcode != Opcode.CLOSE || payload.remaining() < CLOSE_CODE_BYTES) {
            return null;
        }
        final ProtocolViolation violation = ClosePayload.judgeCode(payload);
        if (violation != null) {
            return violation;
        }
        final int reason = payload.position() + CLOSE_CODE_BYTES;
        final int state = Utf8Validator.advance(Utf8Validator.ACCEPT, payload, reason, payload.limit());
        final boolean bad = state == Utf8Validator.REJECT || whole && state != Utf8Validator.ACCEPT;
        return bad ? ProtocolViolation.CLOSE_REASON_NOT_UTF8 : null;
    }
}
