package io.godwit.core.message;

import io.godwit.core.frame.Opcode;
import java.nio.ByteBuffer;

/** What a {@link MessageAssembler} hands on, by its thread. Every buffer is borrowed for the call. */
public interface MessageSink {

    /**
     * A whole message.
     *
     * @param kind {@link Opcode#TEXT} or {@link Opcode#BINARY}
     * @param payload unmasked, decoded, and valid UTF-8 where it is text
     */
    void onMessage(Opcode kind, ByteBuffer payload);

    /**
     * A part of a message, in place of {@link #onMessage} where the assembler was told so.
     *
     * @param kind {@link Opcode#TEXT} or {@link Opcode#BINARY}
     * @param payload unmasked and decoded; may be empty, and text may end inside a character
     * @param last whether the message ends with it
     */
    void onFragment(Opcode kind, ByteBuffer payload, boolean last);

    /**
     * A control frame.
     *
     * @param opcode {@link Opcode#CLOSE}, {@link Opcode#PING} or {@link Opcode#PONG}
     * @param payload the whole payload, unmasked; a Close frame's code and reason have been judged
     */
    void onControl(Opcode opcode, ByteBuffer payload);
}
