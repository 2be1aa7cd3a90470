package io.godwit.core.protocol;

import io.godwit.core.message.BufferSource;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Lends buffers and sees to it that each comes back once. */
final class CountingBuffers implements BufferSource {
    private final Set<ByteBuffer> lent = Collections.newSetFromMap(new IdentityHashMap<>());
    int acquired;
    long bytesLent;
    long bytesLentMax;
    /** Past this there is no memory. */
    long budgetBytes = Long.MAX_VALUE;

    @Override
    public ByteBuffer acquire(final int bytesMin) {
        if (bytesLent + bytesMin > budgetBytes) {
            return null;
        }
        // More than was asked for, and not clean: both are allowed.
        final ByteBuffer buffer = ByteBuffer.allocateDirect(bytesMin + acquired % 3);
        for (int i = 0; i < Math.min(64, buffer.capacity()); i++) {
            buffer.put(i, (byte) 0xEE);
        }
        acquired++;
        lent.add(buffer);
        bytesLent += buffer.capacity();
        bytesLentMax = Math.max(bytesLentMax, bytesLent);
        return buffer;
    }

    @Override
    public void release(final ByteBuffer buffer) {
        if (!lent.remove(buffer)) {
            throw new AssertionError("released twice, or not acquired");
        }
        bytesLent -= buffer.capacity();
    }

    int lent() {
        return lent.size();
    }
}
