package io.godwit.core.frame;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** Keys from the platform's strong generator, fetched in batches since a call costs far more than the bytes. */
final class SecureMaskingKeys implements MaskingKeys {
    private static final int BATCH_KEYS = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    // Made with the first key: a connection that only listens needs none.
    private ByteBuffer batch;

    @Override
    public int next() {
        if (batch == null || !batch.hasRemaining()) {
            fetch();
        }
        return batch.getInt();
    }

    private void fetch() {
        if (batch == null) {
            batch = ByteBuffer.allocate(BATCH_KEYS * Integer.BYTES);
        }
        RANDOM.nextBytes(batch.array());
        batch.clear();
    }
}
