package io.godwit.core.message;

import java.nio.ByteBuffer;

/**
 * Where the protocol borrows memory for what it has to keep between two calls: a message of which only a part has come.
 * Called by the thread that drives the protocol. What was acquired is released exactly once, on every path.
 */
public interface BufferSource {

    /**
     * Lends a buffer.
     *
     * @param bytesMin the least capacity
     * @return a buffer, big endian, position 0, limit at its capacity, which is bytesMin or more; its content is arbitrary.
     *     Or null: there is no memory now, and the connection is failed with
     *     {@link io.godwit.core.frame.ProtocolViolation#OVERLOADED}, or what was to be sent is not sent
     */
    ByteBuffer acquire(int bytesMin);

    /**
     * Takes a buffer back.
     *
     * @param buffer one that came from {@link #acquire}, whatever its position and limit are now
     */
    void release(ByteBuffer buffer);
}
