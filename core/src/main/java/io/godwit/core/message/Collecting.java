package io.godwit.core.message;

import java.nio.ByteBuffer;

/**
 * Keeps the part of a message that has come, where the rest has not, in borrowed memory: more of it only as bytes arrive,
 * since what a header announces is not believed.
 */
final class Collecting {
    private static final int BYTES_MIN = 256;

    private Collecting() {}

    /**
     * Adds payload to what was collected, whose position stands behind its last byte.
     *
     * @param collected what the former call returned, or null
     * @param payload copied; with what was collected no more than bytesMax
     * @param buffers lends memory
     * @param bytesMax the most that there will be to collect
     * @return what is collected now: the same buffer, or a larger one in place of it, which has been released; null: there
     *     is no memory, and what was collected is as before
     */
    static ByteBuffer append(
            final ByteBuffer collected, final ByteBuffer payload, final BufferSource buffers, final int bytesMax) {
        final int bytes = payload.remaining();
        if (collected == null) {
            final ByteBuffer first = buffers.acquire(capacity(bytes, BYTES_MIN, bytesMax));
            return first == null ? null : first.put(payload);
        }
        if (collected.remaining() >= bytes) {
            return collected.put(payload);
        }
        final int needed = collected.position() + bytes;
        final ByteBuffer larger = buffers.acquire(capacity(needed, 2L * collected.capacity(), bytesMax));
        if (larger == null) {
            return null;
        }
        larger.put(collected.flip()).put(payload);
        buffers.release(collected);
        return larger;
    }

    private static int capacity(final int needed, final long wished, final int bytesMax) {
        return Math.max(needed, (int) Math.min(wished, bytesMax));
    }
}
