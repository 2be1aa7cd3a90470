package io.godwit.reactor.session;

import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.Parcel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A view that is laid over each message in turn: that of a loop, over what was read, or that of a connection, over what has
 * come to a worker. For one thread at a time; valid from {@link #show} to {@link #hide}.
 */
final class MessageView implements Message {

    /** Null for a worker's. */
    private final EventLoop loop;

    private final ByteBuffer common;
    private final ByteBuffer commonReadOnly;
    private boolean text;
    private boolean whole;
    private ByteBuffer payload;

    /** Null where the payload lies in a loop's memory. */
    private Parcel parcel;

    private Thread reader;

    /**
     * Makes the view of a loop.
     *
     * @param loop its read buffer is where most messages lie: the read-only twin of that is made once, not for each message
     */
    MessageView(final EventLoop loop) {
        this.loop = loop;
        common = loop.readBuffer();
        commonReadOnly = common.asReadOnlyBuffer();
    }

    /** Makes one for workers. */
    MessageView() {
        loop = null;
        common = null;
        commonReadOnly = null;
    }

    void show(final boolean isText, final boolean isWhole, final ByteBuffer borrowed) {
        text = isText;
        whole = isWhole;
        payload = borrowed;
    }

    /** Shows what has come to this worker. */
    void show(final boolean isText, final boolean isWhole, final Parcel borrowed) {
        show(isText, isWhole, borrowed.bytes());
        parcel = borrowed;
        reader = Thread.currentThread();
    }

    /** {@return whether the calling thread is the one that the message was handed to} */
    boolean isHere() {
        return loop == null ? reader == Thread.currentThread() : loop.inLoop();
    }

    /** {@return whether what it shows has come to that loop, and not to a worker} */
    boolean isOf(final EventLoop other) {
        return loop == other;
    }

    void hide() {
        payload = null;
        parcel = null;
    }

    /** {@return the payload itself, for those who do not let it out of the house} */
    ByteBuffer payload() {
        if (payload == null) {
            throw new IllegalStateException(
                    "a message is valid only during the call that handed it over; copy() stays");
        }
        return payload;
    }

    /** {@return false for a fragment} */
    boolean isWhole() {
        return whole;
    }

    @Override
    public boolean isText() {
        return text;
    }

    @Override
    public int length() {
        return payload().remaining();
    }

    @Override
    public String text() {
        return decode(text, payload());
    }

    @Override
    public ByteBuffer bytes() {
        final ByteBuffer bytes = payload();
        if (bytes == common) {
            return commonReadOnly
                    .order(ByteOrder.BIG_ENDIAN)
                    .limit(bytes.limit())
                    .position(bytes.position());
        }
        return parcel == null ? bytes.asReadOnlyBuffer() : parcel.readOnlyBytes();
    }

    @Override
    public Message copy() {
        return new MessageCopy(text, bytesOf(payload()));
    }

    @Override
    public String toString() {
        return payload == null ? "message, no longer valid" : describe(text, payload.remaining());
    }

    private static String describe(final boolean text, final int bytes) {
        return (text ? "text" : "binary") + " message of " + bytes + " bytes";
    }

    static byte[] bytesOf(final ByteBuffer payload) {
        final byte[] bytes = new byte[payload.remaining()];
        payload.get(payload.position(), bytes);
        return bytes;
    }

    private static String decode(final boolean text, final ByteBuffer payload) {
        if (!text) {
            throw new IllegalStateException("a binary message has no text; use bytes()");
        }
        final byte[] bytes = bytesOf(payload);
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

    /** What {@link #copy} gives: on the heap, immutable, any thread's. */
    private record MessageCopy(boolean isText, byte[] payload) implements Message {

        @Override
        public int length() {
            return payload.length;
        }

        @Override
        public String text() {
            return decode(isText, ByteBuffer.wrap(payload));
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
    }
}
