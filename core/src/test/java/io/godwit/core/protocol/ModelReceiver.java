package io.godwit.core.protocol;

import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.testkit.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * RFC 6455 once more, as a reader of the text would write it who cares for nothing but clarity: it takes one byte at a time
 * and keeps all it has seen. An oracle for {@link WebSocketProtocol}: the same bytes have to give the same events, in the
 * words of {@link EventLog}. It knows no extension.
 */
final class ModelReceiver {
    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;

    private final Role role;
    private final ProtocolLimits limits;
    private final List<String> events = new ArrayList<>();
    private byte[] header = new byte[0];
    private byte[] payload;
    private ByteArrayOutputStream message;
    private int messageOpcode;
    private int fragments;
    private ModelUtf8 text = new ModelUtf8();
    private ModelUtf8 closeReason = new ModelUtf8();
    private int filled;
    private boolean ended;

    private ModelReceiver(final Role role, final ProtocolLimits limits) {
        this.role = role;
        this.limits = limits;
    }

    /** {@return the events that these bytes have to give} */
    static List<String> events(final Role role, final ProtocolLimits limits, final byte[] wire) {
        final ModelReceiver model = new ModelReceiver(role, limits);
        for (int i = 0; i < wire.length && !model.ended; i++) {
            model.take(wire[i]);
        }
        return model.events;
    }

    private void take(final byte value) {
        final ProtocolViolation violation = payload == null ? headerByte(value) : payloadByte(value);
        if (violation != null) {
            ended = true;
            events.addAll(Endpoint.failed(violation));
        }
    }

    private int opcode() {
        return header[0] & 0xF;
    }

    private boolean isFinal() {
        return (header[0] & 0x80) != 0;
    }

    private boolean isControl() {
        return opcode() >= CLOSE;
    }

    /** §5.2, field by field: what is wrong is told at the byte that shows it. */
    private ProtocolViolation headerByte(final byte value) {
        header = append(header, value);
        if (header.length == 1) {
            return firstByte();
        }
        final int length7 = header[1] & 0x7F;
        if (header.length == 2) {
            if ((header[1] & 0x80) != 0 != (role == Role.SERVER)) {
                return role == Role.SERVER ? ProtocolViolation.UNMASKED_FRAME : ProtocolViolation.MASKED_FRAME;
            }
            if (isControl() && length7 > 125) {
                return ProtocolViolation.CONTROL_FRAME_TOO_LONG;
            }
        }
        final int extended = length7 == 126 ? 2 : length7 == 127 ? 8 : 0;
        final int read = header.length - 2;
        if (extended == 8 && read == 1 && header[2] < 0) {
            return ProtocolViolation.LENGTH_OUT_OF_RANGE;
        }
        if (extended == 8 && read == 6 && lengthOf(6) == 0 || extended == 2 && read == 2 && lengthOf(2) < 126) {
            return ProtocolViolation.NON_MINIMAL_LENGTH;
        }
        if (read < extended) {
            return null;
        }
        final long length = extended == 0 ? length7 : lengthOf(extended);
        final ProtocolViolation violation = read == extended ? judgeLength(length) : null;
        if (violation == null && read == extended + (role == Role.SERVER ? Integer.BYTES : 0)) {
            payload = new byte[(int) length];
            filled = 0;
            return length == 0 ? frameEnds() : null;
        }
        return violation;
    }

    private ProtocolViolation firstByte() {
        if ((header[0] & 0x70) != 0) {
            return ProtocolViolation.RESERVED_BITS;
        }
        if (!List.of(CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG).contains(opcode())) {
            return ProtocolViolation.RESERVED_OPCODE;
        }
        if (isControl()) {
            return isFinal() ? null : ProtocolViolation.FRAGMENTED_CONTROL_FRAME;
        }
        // §5.4
        if (opcode() == CONTINUATION) {
            return message == null ? ProtocolViolation.UNEXPECTED_CONTINUATION : null;
        }
        return message == null ? null : ProtocolViolation.EXPECTED_CONTINUATION;
    }

    private long lengthOf(final int bytes) {
        long length = 0;
        for (int i = 0; i < bytes; i++) {
            length = length << 8 | header[2 + i] & 0xFF;
        }
        return length;
    }

    private ProtocolViolation judgeLength(final long length) {
        if (isControl()) {
            return opcode() == CLOSE && length == 1 ? ProtocolViolation.CLOSE_PAYLOAD_OF_ONE_BYTE : null;
        }
        if (opcode() != CONTINUATION) {
            text = new ModelUtf8();
            message = new ByteArrayOutputStream();
            messageOpcode = opcode();
            fragments = 0;
        }
        fragments++;
        if (length > limits.frameBytesMax()) {
            return ProtocolViolation.FRAME_TOO_BIG;
        }
        if (fragments > limits.fragmentsMax()) {
            return ProtocolViolation.TOO_MANY_FRAGMENTS;
        }
        return message.size() + length > limits.messageBytesMax() ? ProtocolViolation.MESSAGE_TOO_BIG : null;
    }

    private ProtocolViolation payloadByte(final byte value) {
        final int key = role == Role.SERVER ? header[header.length - 4 + filled % 4] : 0;
        payload[filled++] = (byte) (value ^ key);
        final ProtocolViolation violation = judgePayload();
        return violation == null && filled == payload.length ? frameEnds() : violation;
    }

    private ProtocolViolation judgePayload() {
        if (!isControl()) {
            message.write(payload[filled - 1]);
            final boolean bad = messageOpcode == TEXT && !text.takes(payload[filled - 1]);
            return bad ? ProtocolViolation.INVALID_UTF8 : null;
        }
        if (opcode() != CLOSE || filled < 2) {
            return null;
        }
        if (filled == 2) {
            return CloseCode.isValidOnWire(closeCode(payload)) ? null : ProtocolViolation.BAD_CLOSE_CODE;
        }
        return closeReason.takes(payload[filled - 1]) ? null : ProtocolViolation.CLOSE_REASON_NOT_UTF8;
    }

    private static int closeCode(final byte[] close) {
        return close.length == 0 ? CloseCode.NO_STATUS_RECEIVED : (close[0] & 0xFF) << 8 | close[1] & 0xFF;
    }

    private ProtocolViolation frameEnds() {
        final byte[] whole = payload;
        payload = null;
        final int opcode = opcode();
        final boolean last = isFinal();
        header = new byte[0];
        return switch (opcode) {
            case CLOSE -> closeEnds(whole);
            case PING -> {
                tell("> 8a " + Bytes.hex(whole));
                tell("ping " + Bytes.hex(whole));
                yield null;
            }
            case PONG -> {
                tell("pong " + Bytes.hex(whole));
                yield null;
            }
            default -> last ? messageEnds() : null;
        };
    }

    private ProtocolViolation messageEnds() {
        final byte[] whole = message.toByteArray();
        message = null;
        if (messageOpcode == BINARY) {
            tell("binary " + Bytes.hex(whole));
            return null;
        }
        if (!text.isWhole()) {
            return ProtocolViolation.INVALID_UTF8;
        }
        tell("text " + new String(whole, StandardCharsets.UTF_8));
        return null;
    }

    /** §5.5.1, §7.1.5: the answer has the code and no reason. */
    private ProtocolViolation closeEnds(final byte[] whole) {
        if (!closeReason.isWhole()) {
            return ProtocolViolation.CLOSE_REASON_NOT_UTF8;
        }
        ended = true;
        final int codeBytes = Math.min(2, whole.length);
        final String reason = new String(whole, codeBytes, whole.length - codeBytes, StandardCharsets.UTF_8);
        tell("> 88 " + Bytes.hex(Arrays.copyOf(whole, codeBytes)));
        tell("close " + closeCode(whole) + " " + reason);
        return null;
    }

    private void tell(final String event) {
        events.add(event.trim());
    }

    private static byte[] append(final byte[] bytes, final byte value) {
        final byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        longer[bytes.length] = value;
        return longer;
    }
}
