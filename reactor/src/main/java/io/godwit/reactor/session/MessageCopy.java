package io.godwit.reactor.session;

import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.NotTextException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A message that stays: on the heap, immutable, any thread's.
 *
 * @param isText whether it is text
 * @param isWhole false for a fragment
 * @param payload nobody else's
 */
record MessageCopy(boolean isText, boolean isWhole, byte[] payload) implements Message {

    @Override
    public int length() {
        return payload.length;
    }

    @Override
    public String text() {
        return decode(isText, payload);
    }

    @Override
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(payload).asReadOnlyBuffer();
    }

    @Override
    public Message copy() {
        return this;
    }

    @Override
    public String toString() {
        return describe(isText, payload.length);
    }

    static String describe(final boolean text, final int bytes) {
        return (text ? "text" : "binary") + " message of " + bytes + " bytes";
    }

    static byte[] bytesOf(final ByteBuffer payload) {
        final byte[] bytes = new byte[payload.remaining()];
        payload.get(payload.position(), bytes);
        return bytes;
    }

    static String decode(final boolean text, final byte[] bytes) {
        if (!text) {
            throw new NotTextException();
        }
        final String decoded = new String(bytes, StandardCharsets.UTF_8);
        if (decoded.indexOf('\uFFFD') >= 0) {
            requireWholeCharacters(bytes);
        }
        return decoded;
    }

    /** A message is valid as a whole; its fragments need not be. */
    private static void requireWholeCharacters(final byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (final CharacterCodingException e) {
            throw new IllegalStateException("a fragment may begin or end inside a character; use bytes()", e);
        }
    }
}
