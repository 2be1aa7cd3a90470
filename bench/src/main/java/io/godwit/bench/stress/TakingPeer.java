package io.godwit.bench.stress;

import io.godwit.bench.memory.MemoryPeer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A peer that sends nothing, and takes all. Loop only. */
final class TakingPeer implements MemoryPeer {

    private static final int TAKEN_BYTES_MAX = 256;

    private final ByteBuffer taken = ByteBuffer.allocate(TAKEN_BYTES_MAX);

    @Override
    public int readyOps() {
        return 0;
    }

    @Override
    public int read(final ByteBuffer in) {
        return 0;
    }

    @Override
    public void take(final ByteBuffer out) {
        taken.put(out);
    }

    /** {@return what was taken: the payload of each message, one after the other, and a full stop for Close} */
    String taken() {
        final StringBuilder all = new StringBuilder();
        final ByteBuffer frames = taken.duplicate().flip();
        while (frames.hasRemaining()) {
            final int opcode = frames.get() & 0xF;
            final byte[] payload = new byte[frames.get()];
            frames.get(payload);
            all.append(opcode == 0x8 ? "." : new String(payload, StandardCharsets.US_ASCII));
        }
        return all.toString();
    }
}
