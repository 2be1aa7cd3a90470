package io.godwit.reactor.endpoint;

import java.nio.ByteBuffer;

/**
 * Sends one message in fragments (RFC 6455 §5.4): each {@code append} is a frame, {@link #finish} the last. Used by one
 * thread at a time, on the connection's loop or elsewhere; whoever hands it on to another thread sees to it that this one
 * sees what was done before. Messages that are sent otherwise meanwhile wait, whole, until it is finished; control frames do
 * not. What waits so does not narrow the room that the fragments have.
 *
 * <p>A fragment that is {@link SendResult#DROPPED} may be appended again later; nothing of it was sent.
 *
 * <p>Where the connection is closed before it is finished, the message is abandoned: the Close frame comes in place of its
 * last frame, and the peer discards it. Messages that waited for its end cannot leave then: they are dropped, and told to
 * {@link WebSocketHandler#onDropped}.
 */
public interface MessageWriter {

    /**
     * Sends text as the next fragment.
     *
     * @param text copied before the call returns
     * @return whether it was taken
     * @throws IllegalStateException if the message is binary or finished
     * @throws IllegalArgumentException if it holds an unpaired surrogate, or the fragment before ends inside a character;
     *     nothing of it is sent
     */
    SendResult append(CharSequence text);

    /**
     * Sends bytes as the next fragment. In a text message the whole must be UTF-8; a fragment may end inside a character.
     *
     * @param bytes copied before the call returns, from position to limit; the position is not moved
     * @return whether it was taken
     * @throws IllegalStateException if the message is finished
     * @throws IllegalArgumentException if the message is text and cannot be UTF-8 with it; nothing of it is sent
     */
    SendResult append(ByteBuffer bytes);

    /**
     * Sends the last, empty frame.
     *
     * @return whether it was taken; where it was not, call again later
     * @throws IllegalStateException if the message is finished, or is text that ends inside a character
     */
    SendResult finish();
}
