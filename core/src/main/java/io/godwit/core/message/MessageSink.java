package io.godwit.core.message;

import io.godwit.core.frame.Opcode;
import java.nio.ByteBuffer;

/**
 * Gets the messages that a {@link MessageAssembler} makes, by its thread. Every buffer is borrowed: it is valid during the
 * call, its payload lies between position and limit, and its content must not be changed.
 */
public interface MessageSink {

    /**
     * A whole message, unmasked, decoded, and valid UTF-8 where it is text.
     *
     * @param kind {@link Opcode#TEXT} or {@link Opcode#BINARY}
     * @param payload borrowed
     */
    void onMessage(Opcode kind, ByteBuffer payload);

    /**
     * A part of a message, in place of {@link #onMessage} where that was asked for: as it comes, whatever its frames' bounds
     * are. Text is validated up to its end, but may end inside a character.
     *
     * @param kind {@link Opcode#TEXT} or {@link Opcode#BINARY}
     * @param payload borrowed; may be empty
     * @param last whether the message ends with it
     */
    void onFragment(Opcode kind, ByteBuffer payload, boolean last);
}
