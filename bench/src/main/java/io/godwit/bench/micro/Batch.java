package io.godwit.bench.micro;

import io.godwit.core.frame.Opcode;
import io.godwit.core.protocol.FrameOutput;
import java.nio.ByteBuffer;

/** Takes what is sent, one frame behind the other, as the write batch of a loop does. */
final class Batch implements FrameOutput {

    private final ByteBuffer frames;

    /**
     * Makes an empty one.
     *
     * @param bytes the room that there is
     */
    Batch(final int bytes) {
        frames = ByteBuffer.allocateDirect(bytes);
    }

    /** {@return the frames, emptied} */
    ByteBuffer clear() {
        return frames.clear();
    }

    @Override
    public ByteBuffer reserve(final Opcode opcode, final int bytes) {
        return frames;
    }

    @Override
    public void commit(final ByteBuffer buffer) {
        // It stays in the batch.
    }

    @Override
    public void cancel(final Opcode opcode, final ByteBuffer buffer) {
        throw new IllegalStateException("each payload can be read");
    }

    @Override
    public boolean share(final ByteBuffer shared) {
        return false;
    }
}
