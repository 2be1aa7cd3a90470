package io.godwit.bench.micro;

import io.godwit.core.frame.FrameSink;
import io.godwit.core.frame.ProtocolViolation;
import java.nio.ByteBuffer;

/** Counts frames that have come to their end, and finds nothing wrong with any. */
final class FrameCount implements FrameSink {

    private int frames;

    /** {@return how many there were} */
    int frames() {
        return frames;
    }

    @Override
    public ProtocolViolation judgeFirstByte(final int firstByte) {
        return null;
    }

    @Override
    public ProtocolViolation onHeader(final int firstByte, final long bytes) {
        return null;
    }

    @Override
    public ProtocolViolation onPayload(final ByteBuffer slice, final boolean frameEnds, final boolean ascii) {
        if (frameEnds) {
            frames++;
        }
        return null;
    }
}
