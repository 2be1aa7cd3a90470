package io.godwit.reactor.session;

import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.ClosePayload;
import io.godwit.core.frame.FrameWriter;
import io.godwit.core.message.Utf8;
import io.godwit.core.message.Utf8Validator;
import io.godwit.reactor.loop.HandoffPool;
import io.godwit.reactor.loop.Parcel;
import java.nio.ByteBuffer;

/** What callers hand over, judged in their own call and copied, before it goes to another thread. */
final class Payloads {

    private Payloads() {}

    /**
     * Encodes a text.
     *
     * @param pool takes the parcel back if this throws
     * @param parcel has room for it; null: there is no memory
     * @param text its content
     * @param bytes its length in UTF-8
     * @return the parcel
     * @throws IllegalArgumentException if it has an unpaired surrogate
     */
    static Parcel utf8(final HandoffPool pool, final Parcel parcel, final String text, final int bytes) {
        if (parcel != null) {
            try {
                Utf8.encode(text, parcel.bytes().limit(bytes));
            } catch (final RuntimeException | Error e) {
                pool.release(parcel);
                throw e;
            }
            parcel.bytes().flip();
        }
        return parcel;
    }

    /**
     * Copies a part of a buffer.
     *
     * @param pool takes the parcel back if this throws
     * @param parcel has room for it; null: there is no memory
     * @param payload borrowed for the call; its position and limit are not used
     * @param from the index of the first byte
     * @param length how many bytes
     * @return the parcel
     * @throws IndexOutOfBoundsException if the buffer ends before that: another thread has changed it
     */
    static Parcel copy(
            final HandoffPool pool, final Parcel parcel, final ByteBuffer payload, final int from, final int length) {
        if (parcel != null) {
            try {
                parcel.bytes().put(0, payload, from, length).limit(length);
            } catch (final RuntimeException | Error e) {
                pool.release(parcel);
                throw e;
            }
        }
        return parcel;
    }

    /**
     * Copies what somebody says is text, and checks the copy, which nobody else can change.
     *
     * @param payload borrowed for the call
     * @return the copy
     * @throws IllegalArgumentException if it is not UTF-8
     */
    static ByteBuffer textOf(final ByteBuffer payload) {
        final ByteBuffer copy = ByteBuffer.wrap(MessageCopy.bytesOf(payload));
        if (Utf8Validator.advance(Utf8Validator.ACCEPT, copy, 0, copy.limit()) != Utf8Validator.ACCEPT) {
            throw new IllegalArgumentException("text that is not UTF-8 (RFC 6455 §8.1)");
        }
        return copy;
    }

    static void requireControlLength(final int payloadBytes) {
        if (payloadBytes > FrameWriter.CONTROL_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "the payload of a control frame has 125 bytes at most (RFC 6455 §5.5), not " + payloadBytes);
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
