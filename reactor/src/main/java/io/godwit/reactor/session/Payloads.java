package io.godwit.reactor.session;

import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.ClosePayload;
import io.godwit.core.frame.FrameWriter;
import io.godwit.core.message.Utf8;
import java.nio.ByteBuffer;

/** What callers hand over, judged in their own call and copied, before it goes to another thread. */
final class Payloads {

    private Payloads() {}

    static ByteBuffer utf8(final CharSequence text) {
        final ByteBuffer bytes = ByteBuffer.allocate(Utf8.encodedLength(text));
        Utf8.encode(text, bytes);
        return bytes.flip();
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
        if (code == CloseCode.NO_STATUS_RECEIVED) {
            throw new IllegalArgumentException(
                    "close code " + code + " stands for none, and is not sent (RFC 6455 §7.4.1)");
        }
        ClosePayload.encode(code, reason);
    }
}
