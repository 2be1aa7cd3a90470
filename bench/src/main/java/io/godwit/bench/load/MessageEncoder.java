package io.godwit.bench.load;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.MaskingKeys;
import io.godwit.core.frame.Opcode;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.SplittableRandom;

/**
 * Writes messages, each masked with a key of its own. The keys are as random as a server can tell, from a generator that is
 * cheap enough not to be what is measured; it starts from a strong one. For one thread.
 */
final class MessageEncoder {

    private final MessageContent content;
    private final Pace pace;
    private final FrameWriter writer;
    private final int firstByte;
    private final int payloadBytes;
    private final int frameBytes;

    /**
     * Makes one.
     *
     * @param options what the messages are
     * @param content what is in them
     * @param pace hears of each
     */
    MessageEncoder(final LoadOptions options, final MessageContent content, final Pace pace) {
        this.content = content;
        this.pace = pace;
        final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
        final MaskingKeys keys = random::nextInt;
        writer = FrameWriter.client(keys);
        firstByte = FrameWriter.FIN | (options.isText() ? Opcode.TEXT : Opcode.BINARY).value();
        payloadBytes = options.payloadBytes();
        frameBytes = (int) writer.frameBytes(payloadBytes);
    }

    /** {@return how long each frame is} */
    int frameBytes() {
        return frameBytes;
    }

    /** {@return what writes frames, for those that are no messages} */
    FrameWriter writer() {
        return writer;
    }

    /**
     * Writes one.
     *
     * @param out has room for it
     * @param connection which sends it
     * @param connectionNumber that connection's
     * @param number the message's
     * @param nowNs the time
     */
    void encode(
            final ByteBuffer out,
            final LoadConnection connection,
            final int connectionNumber,
            final long number,
            final long nowNs) {
        final int key = writer.writeHeader(out, firstByte, payloadBytes);
        content.put(out, connectionNumber, number);
        writer.maskPayload(out, payloadBytes, key);
        pace.onSend(connection, number, nowNs);
    }
}
