package io.godwit.core.message;

import io.godwit.core.frame.Opcode;
import java.nio.ByteBuffer;

/** Gets the control frames that a {@link MessageAssembler} meets, by its thread. */
@FunctionalInterface
public interface ControlSink {

    /**
     * A control frame.
     *
     * @param opcode {@link Opcode#CLOSE}, {@link Opcode#PING} or {@link Opcode#PONG}
     * @param payload the whole payload, unmasked, borrowed for the call; a Close frame's code and reason have been judged
     */
    void onControl(Opcode opcode, ByteBuffer payload);
}
