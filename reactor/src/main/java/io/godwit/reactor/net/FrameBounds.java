package io.godwit.reactor.net;

import java.nio.ByteBuffer;

/**
 * Where frames end among bytes that were encoded for the socket (RFC 6455 §5.2). Nothing keeps that while they wait: it is
 * asked when a connection ends, and when a socket has taken a part of a batch. Whatever the bytes are, nothing is read behind
 * the limit.
 */
final class FrameBounds {

    private static final int FIN = 0x80;
    private static final int CONTROL = 0x08;
    private static final int MASK = 0x80;
    private static final int LENGTH = 0x7f;
    private static final int LENGTH_OF_16_BITS = 126;
    private static final int MASKING_KEY_BYTES = 4;

    /** The 101 that comes before the first frame begins so, and no frame does: it would be a Close without FIN. */
    private static final byte RESPONSE = 'H';

    private static final int END_OF_HEAD = 0x0d0a0d0a;

    private FrameBounds() {}

    /** {@return whether a message ends with the frame of that first byte} */
    static boolean endsMessage(final byte first) {
        return (first & FIN) != 0 && (first & CONTROL) == 0;
    }

    /**
     * Counts messages.
     *
     * @param bytes between 0 and the limit; before the position they have left
     * @param from where a frame begins
     * @return how many messages end behind both
     */
    static int messagesIn(final ByteBuffer bytes, final int from) {
        int messages = 0;
        int at = from;
        while (at < bytes.limit()) {
            final int end = endOf(bytes, at);
            if (end > bytes.position() && endsMessage(bytes.get(at))) {
                messages++;
            }
            at = end;
        }
        return messages;
    }

    /**
     * Looks for the frame that is cut at a place.
     *
     * @param bytes from 0 on, where a frame begins
     * @param place where to look
     * @return where that frame begins; the place itself if one begins there
     */
    static int lastBefore(final ByteBuffer bytes, final int place) {
        int at = 0;
        int end = 0;
        while (end < place) {
            at = end;
            end = endOf(bytes, at);
        }
        return end == place ? place : at;
    }

    /**
     * {@return where the frame ends that begins there, or the HTTP response; at most the limit}
     *
     * @param bytes big endian
     * @param at under the limit
     */
    static int endOf(final ByteBuffer bytes, final int at) {
        return bytes.get(at) == RESPONSE ? endOfHead(bytes, at) : endOfFrame(bytes, at);
    }

    private static int endOfFrame(final ByteBuffer bytes, final int at) {
        final int limit = bytes.limit();
        if (limit - at < 2 + Long.BYTES) {
            return endOfShort(bytes, at);
        }
        final int second = bytes.get(at + 1);
        final int length = second & LENGTH;
        final int header = 2 + ((second & MASK) == 0 ? 0 : MASKING_KEY_BYTES);
        final long end;
        if (length < LENGTH_OF_16_BITS) {
            end = at + header + length;
        } else if (length == LENGTH_OF_16_BITS) {
            end = at + header + Short.BYTES + (bytes.getShort(at + 2) & 0xffff);
        } else {
            end = at + header + Long.BYTES + Math.min(limit, bytes.getLong(at + 2) & Long.MAX_VALUE);
        }
        return (int) Math.min(limit, end);
    }

    /** So near to the limit a frame is either short or, if it is longer, not whole. */
    private static int endOfShort(final ByteBuffer bytes, final int at) {
        if (bytes.limit() - at < 2) {
            return bytes.limit();
        }
        final int second = bytes.get(at + 1);
        final int header = 2 + ((second & MASK) == 0 ? 0 : MASKING_KEY_BYTES);
        return Math.min(bytes.limit(), at + header + (second & LENGTH));
    }

    private static int endOfHead(final ByteBuffer bytes, final int at) {
        for (int i = at; i <= bytes.limit() - Integer.BYTES; i++) {
            if (bytes.getInt(i) == END_OF_HEAD) {
                return i + Integer.BYTES;
            }
        }
        return bytes.limit();
    }
}
