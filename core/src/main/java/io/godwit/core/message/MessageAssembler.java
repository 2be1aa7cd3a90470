package io.godwit.core.message;

import io.godwit.core.frame.FrameSink;
import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import java.nio.ByteBuffer;

/**
 * Makes messages of frames (RFC 6455 §5.4): judges their order, holds the limits, validates text as it comes (§8.1), and
 * lets an extension decode payload between (§9). A message that lies whole in the parser's buffer is handed on from
 * there; of any other the part that has come is kept in a borrowed buffer.
 *
 * <p>Used by one thread. It holds a buffer only while a message or a control frame is incomplete.
 */
public final class MessageAssembler implements FrameSink, PayloadSink {
    private static final int FIN = 0x80;
    private static final int RSV = 0x70;
    private static final int OPCODE = 0x0F;
    private static final int CONTROL = 0x8;
    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    /** In place of a message's opcode: none has begun. */
    private static final int NO_MESSAGE = 0;

    private MessageSink sink;
    private final BufferSource buffers;
    private final MessageExtension extension;
    private final ControlCollector control;
    private final long frameBytesMax;
    private final int messageBytesMax;
    private final int fragmentsMax;
    private final boolean deliverFragments;

    // The frame.
    private boolean inControlFrame;
    private boolean fin;
    // The message.
    private boolean encoded;
    private boolean discarding;
    private int messageOpcode = NO_MESSAGE;
    private int fragments;
    private int messageBytes;
    private int utf8;
    private ByteBuffer collected;

    /**
     * Makes an assembler that stands before a message.
     *
     * @param sink gets the messages; retained; null: {@link #serve} comes first
     * @param controlSink gets the control frames between them; retained
     * @param buffers lends memory for incomplete ones; retained
     * @param extension decodes payload, or null; retained, but not released by this class
     * @param frameBytesMax the longest payload of one frame, in bytes
     * @param messageBytesMax the longest message, in bytes, after the extension
     * @param fragmentsMax the most frames of one message
     * @param deliverFragments whether parts of messages are handed on as they come
     */
    public MessageAssembler(
            final MessageSink sink,
            final ControlSink controlSink,
            final BufferSource buffers,
            final MessageExtension extension,
            final long frameBytesMax,
            final int messageBytesMax,
            final int fragmentsMax,
            final boolean deliverFragments) {
        this.sink = sink;
        this.buffers = buffers;
        this.extension = extension;
        this.frameBytesMax = frameBytesMax;
        this.messageBytesMax = messageBytesMax;
        this.fragmentsMax = fragmentsMax;
        this.deliverFragments = deliverFragments;
        control = new ControlCollector(controlSink, buffers);
    }

    /**
     * Takes another in place of who gets the messages.
     *
     * @param other gets from now on what comes, the rest of a message included; retained; null: nobody, until the next call
     */
    public void serve(final MessageSink other) {
        sink = other;
    }

    /** From now on data messages are judged as before, but neither kept nor handed on. */
    public void discardMessages() {
        discarding = true;
        releaseCollected();
    }

    /** Gives back all borrowed memory; nothing is to be parsed any more. */
    public void release() {
        discarding = true;
        releaseCollected();
        control.release();
    }

    /** {@return whether it stands before a message, as a new one does, unless a control frame is just coming} */
    public boolean isAtRest() {
        return messageOpcode == NO_MESSAGE && !discarding;
    }

    /** {@return whether a message has begun, and its last frame has not ended} */
    public boolean isInMessage() {
        return messageOpcode != NO_MESSAGE;
    }

    /** {@return how much memory is borrowed for a message that is incomplete, in bytes} */
    public int heldBytes() {
        return collected == null ? 0 : collected.capacity();
    }

    /** {@return how much more of it finds room there, in bytes; 0: no memory is borrowed, or it is full} */
    public int heldRoomBytes() {
        return collected == null ? 0 : collected.remaining();
    }

    @Override
    public ProtocolViolation judgeFirstByte(final int firstByte) {
        final int opcode = firstByte & OPCODE;
        if (opcode >= CONTROL) {
            return null;
        }
        if (opcode == CONTINUATION) {
            return messageOpcode == NO_MESSAGE ? ProtocolViolation.UNEXPECTED_CONTINUATION : null;
        }
        return messageOpcode == NO_MESSAGE ? null : ProtocolViolation.EXPECTED_CONTINUATION;
    }

    @Override
    public ProtocolViolation onHeader(final int firstByte, final long payloadBytes) {
        final int opcode = firstByte & OPCODE;
        inControlFrame = opcode >= CONTROL;
        if (inControlFrame) {
            return control.begin(opcode, payloadBytes);
        }
        fin = (firstByte & FIN) != 0;
        if (opcode != CONTINUATION) {
            messageOpcode = opcode;
            encoded = (firstByte & RSV) != 0;
            fragments = 0;
            messageBytes = 0;
            utf8 = Utf8Validator.ACCEPT;
        }
        if (payloadBytes > frameBytesMax) {
            return ProtocolViolation.FRAME_TOO_BIG;
        }
        if (fragments == fragmentsMax) {
            return ProtocolViolation.TOO_MANY_FRAGMENTS;
        }
        fragments++;
        return encoded ? null : announce(payloadBytes);
    }

    @Override
    public ProtocolViolation onPayload(final ByteBuffer payload, final boolean frameEnds, final boolean ascii) {
        if (inControlFrame) {
            return control.add(payload, frameEnds);
        }
        final boolean last = frameEnds && fin;
        return encoded ? extension.decode(payload, last, this) : take(payload, last, ascii);
    }

    /** Takes what the extension has decoded: only now is the message's length known. */
    @Override
    public ProtocolViolation accept(final ByteBuffer payload, final boolean last) {
        final int room = messageBytesMax - messageBytes;
        if (payload.remaining() > room) {
            // However the bytes were cut, the first of two mistakes is the one that is told.
            final boolean bad = isBadText(payload, payload.position() + room, false);
            return bad ? ProtocolViolation.INVALID_UTF8 : ProtocolViolation.MESSAGE_TOO_BIG;
        }
        messageBytes += payload.remaining();
        return take(payload, last, false);
    }

    @Override
    public boolean takesWhole(final int payloadBytes) {
        return messageOpcode == NO_MESSAGE && payloadBytes <= frameBytesMax && payloadBytes <= messageBytesMax;
    }

    /** What {@link #onHeader} and {@link #onPayload} come to where nothing has to be kept between them. */
    @Override
    public ProtocolViolation onWhole(final int firstByte, final ByteBuffer payload, final boolean ascii) {
        final boolean isText = (firstByte & OPCODE) == TEXT;
        if (isText && !ascii && !isWholeText(payload)) {
            return ProtocolViolation.INVALID_UTF8;
        }
        if (!discarding) {
            final Opcode kind = isText ? Opcode.TEXT : Opcode.BINARY;
            if (deliverFragments) {
                sink.onFragment(kind, payload, true);
            } else {
                sink.onMessage(kind, payload);
            }
        }
        return null;
    }

    private static boolean isWholeText(final ByteBuffer payload) {
        final int state = Utf8Validator.advance(Utf8Validator.ACCEPT, payload, payload.position(), payload.limit());
        return state == Utf8Validator.ACCEPT;
    }

    private ProtocolViolation announce(final long payloadBytes) {
        if (payloadBytes > messageBytesMax - messageBytes) {
            return ProtocolViolation.MESSAGE_TOO_BIG;
        }
        messageBytes += (int) payloadBytes;
        return null;
    }

    private ProtocolViolation take(final ByteBuffer payload, final boolean last, final boolean ascii) {
        final int opcode = messageOpcode;
        // ASCII between two characters leaves nothing to validate.
        final boolean validated = ascii && utf8 == Utf8Validator.ACCEPT;
        if (!validated && isBadText(payload, payload.limit(), last)) {
            return ProtocolViolation.INVALID_UTF8;
        }
        if (last) {
            messageOpcode = NO_MESSAGE;
        }
        if (discarding) {
            return null;
        }
        final Opcode kind = opcode == TEXT ? Opcode.TEXT : Opcode.BINARY;
        if (deliverFragments) {
            if (last || payload.hasRemaining()) {
                sink.onFragment(kind, payload, last);
            }
        } else if (last && collected == null) {
            sink.onMessage(kind, payload);
        } else if (!collect(payload)) {
            return ProtocolViolation.OVERLOADED;
        } else if (last) {
            deliverCollected(kind);
        }
        return null;
    }

    private void deliverCollected(final Opcode kind) {
        final ByteBuffer message = collected;
        collected = null;
        try {
            sink.onMessage(kind, message.flip());
        } finally {
            buffers.release(message);
        }
    }

    /** {@return false where there is no memory} */
    private boolean collect(final ByteBuffer payload) {
        if (!payload.hasRemaining()) {
            return true;
        }
        // The headers have told how long the message is, once its last frame has begun.
        final int bytesMax = fin && !encoded ? messageBytes : messageBytesMax;
        final ByteBuffer more = Collecting.append(collected, payload, buffers, bytesMax);
        if (more == null) {
            return false;
        }
        collected = more;
        return true;
    }

    private void releaseCollected() {
        if (collected != null) {
            final ByteBuffer buffer = collected;
            collected = null;
            buffers.release(buffer);
        }
    }

    private boolean isBadText(final ByteBuffer payload, final int to, final boolean last) {
        if (messageOpcode != TEXT) {
            return false;
        }
        utf8 = Utf8Validator.advance(utf8, payload, payload.position(), to);
        return utf8 == Utf8Validator.REJECT || last && utf8 != Utf8Validator.ACCEPT;
    }
}
