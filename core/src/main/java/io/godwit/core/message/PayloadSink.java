package io.godwit.core.message;

import io.godwit.core.frame.ProtocolViolation;
import java.nio.ByteBuffer;

/** Takes what a {@link MessageExtension} makes of an incoming message's payload. */
@FunctionalInterface
public interface PayloadSink {

    /**
     * Takes a part of the message.
     *
     * @param payload borrowed for the call; between position and limit, which may be moved; may be empty
     * @param last whether the message ends with it
     * @return null; or what is wrong with it, such as that the message has become too big: the extension then returns this
     *     at once and hands on no more
     */
    ProtocolViolation accept(ByteBuffer payload, boolean last);
}
