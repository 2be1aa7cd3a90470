package io.godwit.reactor.endpoint;

import java.nio.ByteBuffer;

/**
 * A text or binary message, or a fragment of one, as a view: it and what it returns are valid during the call that handed
 * it over, and only on that thread. {@link #copy} gives one that stays.
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
     * @throws IllegalStateException if it is binary, or a fragment that begins or ends inside a character
     */
    String text();

    /**
     * Gives access to the payload without a copy.
     *
     * @return a read-only buffer, big endian, with the payload between position and limit; borrowed: the same buffer may be
     *     handed out by the next call
     */
    ByteBuffer bytes();

    /** {@return a copy that may be kept and used by any thread} */
    Message copy();
}
