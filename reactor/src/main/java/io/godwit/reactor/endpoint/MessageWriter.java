package io.godwit.reactor.endpoint;

import java.nio.ByteBuffer;

/**
 * Sends one message in fragments (RFC 6455 §5.4): each {@code append} is a frame, {@link #finish} the last. Used on the
 * connection's own loop. Messages that are sent otherwise meanwhile wait, whole, until it is finished; control frames do
 * not.
 *
 * <p>A fragment that is {@link SendResult#DROPPED} may be appended again later; nothing of it was sent.
 */
public interface MessageWriter {

    /**
     * Sends text as the next fragment.
     *
     * @param text copied before the call returns
     * @return whether it was taken
     * @throws IllegalStateException if the message is binary or finished, or on another thread
     * @throws IllegalArgumentException if it holds an unpaired surrogate, or the fragment before ends inside a character;
     *     nothing of it is sent
     */
    SendResult append(CharSequence text);

    /**
     * Sends bytes as the next fragment. In a text message the whole must be UTF-8; a fragment may end inside a character.
     *
     * @param bytes copied before the call returns, from position to limit; the position is not moved
     * @return whether it was taken
     * @throws IllegalStateException if the message is finished, or on another thread
     * @throws IllegalArgumentException if the message is text and cannot be UTF-8 with it; nothing of it is sent
     */
    SendResult append(ByteBuffer bytes);

    /**
     * Sends the last, empty frame.
     *
     * @return whether it was taken; where it was not, call again later
     * @throws IllegalStateException if the message is finished, or is text that ends inside a character, or on another thread
     */
    SendResult finish();
}
