package io.godwit.core.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Takes frames apart (RFC 6455 §5.2), however their bytes are cut. A header is judged byte by byte as it comes, before
 * any payload: FIN, RSV and opcode with the first byte, MASK and a control frame's length with the second, a longer
 * length as soon as it cannot be right, and the limits when it is complete. Payload is unmasked in place and handed on at
 * once; nothing of it is kept.
 *
 * <p>Used by one thread. It allocates nothing. After a violation, or an exception of the {@link FrameSink}, it is of no more
 * use: nobody knows where the next frame begins.
 */
public final class FrameParser {
    // What the next byte is.
    private static final byte FIRST_BYTE = 0;
    private static final byte SECOND_BYTE = 1;
    private static final byte LENGTH = 2;
    private static final byte MASKING_KEY = 3;
    private static final byte PAYLOAD = 4;
    /** Nothing any more. */
    private static final byte FAILED = 5;

    private static final int FIN = 0x80;
    private static final int RSV = 0x70;
    private static final int OPCODE = 0x0F;
    private static final int MASK = 0x80;
    private static final int LENGTH_OF_TWO_BYTES = 126;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CONTROL = 0x8;
    private static final int DEFINED_OPCODES = 1 << 0x0 | 1 << 0x1 | 1 << 0x2 | 1 << 0x8 | 1 << 0x9 | 1 << 0xA;
    private static final int DATA_OPCODES = 1 << 0x1 | 1 << 0x2;
    /** In place of the first eight bytes of a frame of which less has come: it is no whole message. */
    private static final long NO_HEAD = 0;

    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private final FrameSink sink;
    private final Unmasker unmasker = new Unmasker();
    private final boolean masked;
    private final byte rsvBits;
    private final short maskBit;
    private final byte shortHeaderBytes;

    private boolean suspended;
    private byte step;
    private byte lengthBytes;
    private byte fieldBytesLeft;
    private int firstByte;
    private int maskingKey;
    private long payloadBytesLeft;

    /**
     * Makes a parser that stands before a frame.
     *
     * @param sink gets what is parsed; retained
     * @param masked whether frames have to be masked, as a client's are, or must not be, as a server's (§5.1)
     * @param rsvBits the RSV bits, as in a header's first byte, that an extension has claimed for the first frame of a data
     *     message (§5.2); 0 if there is none
     * @throws IllegalArgumentException if {@code rsvBits} has any other bit
     */
    public FrameParser(final FrameSink sink, final boolean masked, final int rsvBits) {
        if ((rsvBits & ~RSV) != 0) {
            throw new IllegalArgumentException(
                    "RSV bits are 0x40, 0x20 and 0x10, not 0x" + Integer.toHexString(rsvBits));
        }
        this.sink = Objects.requireNonNull(sink, "sink");
        this.masked = masked;
        this.rsvBits = (byte) rsvBits;
        maskBit = (short) (masked ? MASK : 0);
        shortHeaderBytes = (byte) (masked ? 2 + Integer.BYTES : 2);
    }

    /**
     * Parses what has come: all of it, unless {@link #suspend} is called meanwhile or was before.
     *
     * @param in borrowed for the call; big endian; between position and limit, unmasked in place; its position moves
     *     behind what was parsed
     * @return what is wrong, or null
     * @throws IllegalArgumentException if the buffer is not big endian, or is read-only and to be unmasked; nothing is parsed
     * @throws IllegalStateException after a violation or an exception
     */
    public ProtocolViolation parse(final ByteBuffer in) {
        requireReadable(in);
        if (step == FAILED) {
            throw new IllegalStateException("the parser has failed: where the next frame begins is not known");
        }
        final int end = in.limit();
        ProtocolViolation violation = null;
        boolean failed = true;
        // All in one method: from here on the compiler inlines what most messages meet only so many calls deep.
        try {
            while (violation == null && !suspended && in.hasRemaining()) {
                if (step == FIRST_BYTE) {
                    final int position = in.position();
                    final int available = end - position;
                    // One look at the memory for the whole header of most frames.
                    final long head = available >= Long.BYTES ? in.getLong(position) : NO_HEAD;
                    final int length = wholeMessageBytes(head, available);
                    if (length < 0) {
                        violation = frame(in);
                    } else {
                        final int from = position + wholeHeaderBytes(length);
                        final int to = from + length;
                        final int key =
                                length <= FrameWriter.CONTROL_BYTES_MAX ? (int) (head >>> 16) : longKey(in, from);
                        final boolean ascii = unmask(in, from, to, key, (int) (head >>> 56));
                        in.limit(to).position(from);
                        violation = sink.onWhole((int) (head >>> 56), in, ascii);
                        in.limit(end).position(to);
                    }
                } else if (step == PAYLOAD) {
                    violation = payload(in, in.position(), payloadBytesLeft, maskingKey);
                } else {
                    violation = headerByte(in);
                }
            }
            failed = violation != null;
            return violation;
        } finally {
            if (failed) {
                step = FAILED;
                // A sink that throws leaves it at the end of what it was handed.
                in.limit(end);
            }
        }
    }

    /**
     * Checks a buffer before anything is done with it.
     *
     * @param in what {@link #parse} is to be given
     * @throws IllegalArgumentException if {@link #parse} would throw that
     */
    public void requireReadable(final ByteBuffer in) {
        if (in.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("frames are read from a big endian buffer, not a little endian one");
        }
        if (masked && in.isReadOnly()) {
            throw new IllegalArgumentException("a client's frames are unmasked in place, and the buffer is read-only");
        }
    }

    /** Makes {@link #parse} return before the next frame, or at once where it is called later. */
    public void suspend() {
        suspended = true;
    }

    /** Undoes {@link #suspend}. */
    public void resume() {
        suspended = false;
    }

    /** {@return whether it stands before a frame, as a new one does, and is not suspended} */
    public boolean isAtRest() {
        return isBeforeFrame() && !suspended;
    }

    /** {@return whether the next byte is a frame's first} */
    public boolean isBeforeFrame() {
        return step == FIRST_BYTE;
    }

    /** The straight way for a header that has come whole; any other goes byte by byte, past the same judges. */
    private ProtocolViolation frame(final ByteBuffer in) {
        final int position = in.position();
        final int available = in.limit() - position;
        if (available < 2) {
            return headerByte(in);
        }
        final int first = in.get(position) & 0xFF;
        final int second = in.get(position + 1) & 0xFF;
        final int extended = lengthBytesOf(second);
        final int headerBytes = 2 + extended + (masked ? Integer.BYTES : 0);
        if (available < headerBytes) {
            return headerByte(in);
        }
        ProtocolViolation violation = judgeFirstByte(first);
        if (violation == null) {
            violation = judgeSecondByte(first, second);
        }
        if (violation != null) {
            return violation;
        }
        final long length = extended == 0 ? second & 0x7F : extendedLength(in, position + 2, extended);
        violation = judgeLength(first, extended, length);
        if (violation != null) {
            return violation;
        }
        final int key = masked ? in.getInt(position + 2 + extended) : 0;
        firstByte = first;
        return payload(in, position + headerBytes, length, key);
    }

    /**
     * Judges a frame as any other: there is nothing to object to in what this finds.
     *
     * @return the payload's length of a message in one frame of less than 64 KiB, all of which has come; -1: it is
     *     something else
     */
    private int wholeMessageBytes(final long head, final int available) {
        final int first = (int) (head >>> 56);
        final int second = (int) (head >>> 48) & 0xFF;
        if (first != (FIN | TEXT) && first != (FIN | BINARY)) {
            return -1;
        }
        int length = second - maskBit;
        if (length == LENGTH_OF_TWO_BYTES) {
            length = (int) (head >>> 32) & 0xFFFF;
            if (length <= FrameWriter.CONTROL_BYTES_MAX) {
                return -1;
            }
        } else if (length < 0 || length > FrameWriter.CONTROL_BYTES_MAX) {
            return -1;
        }
        return length <= available - wholeHeaderBytes(length) && sink.takesWhole(length) ? length : -1;
    }

    private int wholeHeaderBytes(final int length) {
        return length <= FrameWriter.CONTROL_BYTES_MAX ? shortHeaderBytes : shortHeaderBytes + Short.BYTES;
    }

    /** {@return the masking key in front of a payload, where there is one} */
    private int longKey(final ByteBuffer in, final int payload) {
        return masked ? in.getInt(payload - Integer.BYTES) : 0;
    }

    private static long extendedLength(final ByteBuffer in, final int position, final int bytes) {
        return bytes == Short.BYTES ? in.getShort(position) & 0xFFFF : in.getLong(position);
    }

    private ProtocolViolation headerByte(final ByteBuffer in) {
        final int value = in.get() & 0xFF;
        switch (step) {
            case FIRST_BYTE -> {
                firstByte = value;
                step = SECOND_BYTE;
                return judgeFirstByte(value);
            }
            case SECOND_BYTE -> {
                return secondByte(in, value);
            }
            case LENGTH -> {
                return lengthByte(in, value);
            }
            default -> {
                maskingKey = maskingKey << 8 | value;
                fieldBytesLeft--;
                return fieldBytesLeft == 0 ? headerEnds(in) : null;
            }
        }
    }

    private ProtocolViolation secondByte(final ByteBuffer in, final int value) {
        final ProtocolViolation violation = judgeSecondByte(firstByte, value);
        if (violation != null) {
            return violation;
        }
        lengthBytes = (byte) lengthBytesOf(value);
        if (lengthBytes == 0) {
            payloadBytesLeft = value & 0x7F;
            return lengthEnds(in);
        }
        payloadBytesLeft = 0;
        fieldBytesLeft = lengthBytes;
        step = LENGTH;
        return null;
    }

    private ProtocolViolation lengthByte(final ByteBuffer in, final int value) {
        final boolean first = fieldBytesLeft == lengthBytes;
        if (first && lengthBytes == Long.BYTES && value > 0x7F) {
            return ProtocolViolation.LENGTH_OUT_OF_RANGE;
        }
        payloadBytesLeft = payloadBytesLeft << 8 | value;
        fieldBytesLeft--;
        if (lengthBytes == Long.BYTES && fieldBytesLeft == Short.BYTES && payloadBytesLeft == 0) {
            // Whatever the last two are, two would have been enough.
            return ProtocolViolation.NON_MINIMAL_LENGTH;
        }
        return fieldBytesLeft == 0 ? lengthEnds(in) : null;
    }

    private ProtocolViolation lengthEnds(final ByteBuffer in) {
        final ProtocolViolation violation = judgeLength(firstByte, lengthBytes, payloadBytesLeft);
        if (violation != null) {
            return violation;
        }
        if (!masked) {
            return headerEnds(in);
        }
        maskingKey = 0;
        fieldBytesLeft = Integer.BYTES;
        step = MASKING_KEY;
        return null;
    }

    private ProtocolViolation headerEnds(final ByteBuffer in) {
        step = PAYLOAD;
        // An empty frame ends here: there may be no further byte to wake us.
        return payloadBytesLeft == 0 ? payload(in, in.position(), 0, 0) : null;
    }

    /** Hands on what there is of a payload; the buffer itself is narrowed for that, and widened again. */
    private ProtocolViolation payload(final ByteBuffer in, final int position, final long bytesLeft, final int key) {
        final int limit = in.limit();
        final int available = limit - position;
        final boolean ends = bytesLeft <= available;
        final int end = ends ? position + (int) bytesLeft : limit;
        final boolean ascii = unmask(in, position, end, key, firstByte);
        if (ends) {
            step = FIRST_BYTE;
        } else {
            step = PAYLOAD;
            payloadBytesLeft = bytesLeft - available;
            maskingKey = Masker.advance(key, available);
            if (available == 0) {
                in.position(end);
                return null;
            }
        }
        in.position(position).limit(end);
        final ProtocolViolation violation = sink.onPayload(in, ends, ascii);
        in.limit(limit).position(end);
        return violation;
    }

    /** {@return whether all of it is known to be ASCII: of what cannot be text, that is not asked} */
    private boolean unmask(final ByteBuffer in, final int from, final int to, final int key, final int first) {
        if (!masked) {
            return false;
        }
        if ((first & OPCODE) == BINARY) {
            unmasker.unmask(in, from, to, key);
            return false;
        }
        return (unmasker.unmaskAndGather(in, from, to, key) & HIGH_BITS) == 0;
    }

    private ProtocolViolation judgeFirstByte(final int first) {
        final int opcode = first & OPCODE;
        // §5.2, and RFC 7692 §6: an extension's bits stand on the first frame of a data message only.
        final int allowed = (DATA_OPCODES >>> opcode & 1) != 0 ? rsvBits : 0;
        if ((first & RSV & ~allowed) != 0) {
            return ProtocolViolation.RESERVED_BITS;
        }
        if ((DEFINED_OPCODES >>> opcode & 1) == 0) {
            return ProtocolViolation.RESERVED_OPCODE;
        }
        if (opcode >= CONTROL && (first & FIN) == 0) {
            return ProtocolViolation.FRAGMENTED_CONTROL_FRAME;
        }
        return sink.judgeFirstByte(first);
    }

    private ProtocolViolation judgeSecondByte(final int first, final int second) {
        if ((second & MASK) != 0 != masked) {
            return masked ? ProtocolViolation.UNMASKED_FRAME : ProtocolViolation.MASKED_FRAME;
        }
        if ((first & OPCODE) >= CONTROL && (second & 0x7F) > FrameWriter.CONTROL_BYTES_MAX) {
            return ProtocolViolation.CONTROL_FRAME_TOO_LONG;
        }
        return null;
    }

    private ProtocolViolation judgeLength(final int first, final int extended, final long length) {
        if (length < 0) {
            return ProtocolViolation.LENGTH_OUT_OF_RANGE;
        }
        if (extended == Short.BYTES && length < 126 || extended == Long.BYTES && length <= 0xFFFF) {
            return ProtocolViolation.NON_MINIMAL_LENGTH;
        }
        return sink.onHeader(first, length);
    }

    private static int lengthBytesOf(final int second) {
        final int length = second & 0x7F;
        return length < 126 ? 0 : length == 126 ? Short.BYTES : Long.BYTES;
    }
}
