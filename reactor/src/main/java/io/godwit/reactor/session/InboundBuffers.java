package io.godwit.reactor.session;

import io.godwit.core.message.BufferSource;
import io.godwit.reactor.loop.BufferPool;
import java.nio.ByteBuffer;

/**
 * The memory for messages that come in, of one loop's pool. If there is none for a message, others make way for it: peers that do
 * not read, and messages that do not end; and whoever holds nothing yet has room for a short one, if what others hold cannot
 * make way. Loop only.
 */
final class InboundBuffers implements BufferSource {

    private final BufferPool pool;
    private final Sessions shared;

    InboundBuffers(final BufferPool pool, final Sessions shared) {
        this.pool = pool;
        this.shared = shared;
    }

    @Override
    public ByteBuffer acquire(final int bytesMin) {
        ByteBuffer buffer = pool.acquire(bytesMin);
        // What never fits is not worth anyone's message.
        while (buffer == null && pool.canEverLend(bytesMin, shared.heldByReceiving()) && shared.relieve()) {
            buffer = pool.acquire(bytesMin);
        }
        // It holds what is short already at most: each buffer of a message is twice as long as the one before, which it
        // replaces.
        return buffer == null ? pool.acquireFirst(bytesMin) : buffer;
    }

    @Override
    public void release(final ByteBuffer buffer) {
        pool.release(buffer);
    }
}
