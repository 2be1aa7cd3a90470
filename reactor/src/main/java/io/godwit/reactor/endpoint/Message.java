package io.godwit.reactor.endpoint;

import java.nio.ByteBuffer;

/**
 * A text or binary message, or a fragment of one, as a view: it and what it returns are valid during the call that handed
 * it over, and only on that thread. {@link #copy} gives one that stays.
 *
 * <p>Any method but {@code toString} throws IllegalStateException on another thread, and after the call: the objects are used
 * again. A view that was kept says so through the next 255 messages of its thread, whosever they are; a handler that keeps one
 * for longer may be shown another message through it, while that is being handed over.
 */
public interface Message {

    /** {@return whether it is text, which is then valid UTF-8 (RFC 6455 §8.1)} */
    boolean isText();

    /** {@return its payload's length in bytes} */
    int length();

    /**
     * Decodes a text message.
     *
     * @return the text
     * @throws NotTextException if it is binary; a handler that lets this through closes its connection with 1003 (RFC 6455
     *     §7.4.1), which suits one that takes text only
     * @throws IllegalStateException if it is a fragment that begins or ends inside a character
     */
    String text();

    /**
     * Gives access to the payload without a copy.
     *
     * @return a read-only buffer, big endian, with the payload between position and limit; borrowed: the same buffer
     *     is handed out by each call, is emptied when the message is no longer valid, and used again for later messages
     */
    ByteBuffer bytes();

    /** {@return a copy that may be kept and used by any thread} */
    Message copy();
}
