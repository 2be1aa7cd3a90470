package io.godwit.reactor.session;

import io.godwit.core.message.BufferSource;
import io.godwit.reactor.loop.BufferPool;
import java.nio.ByteBuffer;

/**
 * The memory for messages that come in, of one loop's pool. If there is none for a message, the oldest ones that do not end make
 * way for it; and whoever holds nothing yet has room for a short one, if what others hold cannot make way. Loop only.
 */
final class InboundBuffers implements BufferSource {

    private final BufferPool pool;
    private final UnfinishedMessages unfinished;

    InboundBuffers(final BufferPool pool, final UnfinishedMessages unfinished) {
        this.pool = pool;
        this.unfinished = unfinished;
    }

    @Override
    public ByteBuffer acquire(final int bytesMin) {
        ByteBuffer buffer = pool.acquire(bytesMin);
        // What never fits is not worth anyone's message.
        while (buffer == null && pool.canEverLend(bytesMin, unfinished.heldByReceiving()) && unfinished.relieve()) {
            buffer = pool.acquire(bytesMin);
        }
        return buffer == null && unfinished.heldByReceiving() == 0 ? pool.acquireFirst(bytesMin) : buffer;
    }

    @Override
    public void release(final ByteBuffer buffer) {
        pool.release(buffer);
    }
}
