package io.godwit.core.protocol;

import io.godwit.core.frame.Opcode;
import io.godwit.core.testkit.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Takes outgoing frames, holds the protocol to the seam's contract, and keeps the bytes for a peer. */
final class FrameRecorder implements FrameOutput {
    final List<Opcode> reserved = new ArrayList<>();
    boolean full;
    int cancelled;
    int shared;
    /** What another thread does between the first look at a payload and the last. */
    Runnable meanwhile = () -> {};

    private final Role role;
    private final EventLog log;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private ByteBuffer current;
    private int expected;

    FrameRecorder(final Role role, final EventLog log) {
        this.role = role;
        this.log = log;
    }

    @Override
    public ByteBuffer reserve(final Opcode opcode, final int count) {
        if (current != null) {
            throw new AssertionError("reserved twice");
        }
        reserved.add(opcode);
        if (full) {
            return null;
        }
        meanwhile.run();
        expected = count;
        current = ByteBuffer.allocateDirect(count + 7).position(3);
        return current;
    }

    @Override
    public void commit(final ByteBuffer buffer) {
        if (buffer != current || buffer.position() - 3 != expected) {
            throw new AssertionError(
                    "wrote " + (buffer.position() - 3) + " bytes where " + expected + " were reserved");
        }
        current = null;
        take(buffer.flip().position(3));
    }

    @Override
    public void cancel(final Opcode opcode, final ByteBuffer buffer) {
        if (buffer != current || buffer.position() != 3 || reserved.get(reserved.size() - 1) != opcode) {
            throw new AssertionError("cancelled what was not reserved, or at " + buffer.position());
        }
        current = null;
        cancelled++;
    }

    @Override
    public boolean share(final ByteBuffer frames) {
        if (!full) {
            shared++;
            take(frames);
        }
        return !full;
    }

    /** What was sent since the last call. */
    byte[] drain() {
        final byte[] drained = bytes.toByteArray();
        bytes.reset();
        return drained;
    }

    private void take(final ByteBuffer frames) {
        bytes.writeBytes(Bytes.copy(frames));
        Wire.frames(frames, role).forEach(log::sent);
    }
}
