package io.godwit.bench.micro;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.Opcode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a client has sent, as reads would fill a buffer with it: masked text messages, glued together.
 *
 * <p>A frame is unmasked in place, so that it is another one the next time. The key flips the lowest bit of each byte: what
 * was ASCII text remains so, and what was parsed {@link #ROUNDS} times is what it was.
 */
final class MaskedFrames {

    /** How often an invocation has to go over the frames, for the next one to find them as it did. */
    static final int ROUNDS = 2;

    private static final int KEY = 0x01_01_01_01;
    private static final ByteBuffer PING = ByteBuffer.wrap("godwit".getBytes(StandardCharsets.US_ASCII));

    private MaskedFrames() {}

    /** {@return ASCII text of so many bytes, direct} */
    static ByteBuffer text(final int bytes) {
        final ByteBuffer text = ByteBuffer.allocateDirect(bytes);
        for (int i = 0; i < bytes; i++) {
            text.put(i, (byte) ('b' + 2 * (i % 12)));
        }
        return text;
    }

    /**
     * Writes frames.
     *
     * @param messages how many
     * @param payload of each
     * @param pings whether a Ping follows on each
     * @return them, direct, between position and limit; there is room for as many from a server
     */
    static ByteBuffer of(final int messages, final ByteBuffer payload, final boolean pings) {
        final FrameWriter client = FrameWriter.client(() -> KEY);
        final int pingBytes = pings ? (int) client.frameBytes(PING.remaining()) : 0;
        final ByteBuffer frames =
                ByteBuffer.allocateDirect(messages * ((int) client.frameBytes(payload.remaining()) + pingBytes));
        for (int i = 0; i < messages; i++) {
            client.write(frames, FrameWriter.FIN | Opcode.TEXT.value(), payload);
            if (pings) {
                client.write(frames, FrameWriter.FIN | Opcode.PING.value(), PING);
            }
        }
        return frames.flip();
    }
}
