package io.godwit.reactor.session;

import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.FrameWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What callers hand over, judged in their own call and copied, before it goes to another thread. */
final class Payloads {

    private Payloads() {}

    static ByteBuffer utf8(final CharSequence text) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (final CharacterCodingException e) {
            throw new IllegalArgumentException("the text holds an unpaired surrogate, which UTF-8 cannot carry", e);
        }
    }

    static ByteBuffer copyOf(final ByteBuffer payload) {
        return ByteBuffer.wrap(MessageView.bytesOf(payload));
    }

    static void requireControlLength(final ByteBuffer payload) {
        if (payload.remaining() > FrameWriter.CONTROL_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "the payload of a control frame has 125 bytes at most (RFC 6455 §5.5), not " + payload.remaining());
        }
    }

    static void requireClose(final int code, final String reason) {
        if (!CloseCode.isSendable(code)) {
            throw new IllegalArgumentException(
                    "close code " + code + " may not be sent (RFC 6455 §7.4): 1000-1003, 1007-1014, 3000-4999 may");
        }
        final int bytes = utf8(reason).remaining();
        if (bytes > FrameWriter.CONTROL_BYTES_MAX - Short.BYTES) {
            throw new IllegalArgumentException(
                    "a close reason has 123 bytes of UTF-8 at most (RFC 6455 §5.5.1), not " + bytes);
        }
    }
}
