package io.godwit.reactor.session;

import io.godwit.core.message.BufferSource;
import io.godwit.reactor.loop.BufferPool;
import java.nio.ByteBuffer;

/**
 * The memory for messages that come in, of one loop's pool. If there is none for a message, the oldest ones that do not end make
 * way for it. Loop only.
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
        while (buffer == null && pool.canEverLend(bytesMin) && unfinished.relieve()) {
            buffer = pool.acquire(bytesMin);
        }
        return buffer;
    }

    @Override
    public void release(final ByteBuffer buffer) {
        pool.release(buffer);
    }
}
