package io.godwit.reactor.loop;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The direct memory of one loop: what sockets are read into and written from. It is allocated once, when the loop opens, and
 * goes on to the loop that takes its place; so no loop ever waits for the collector to free some.
 *
 * @param read filled from one socket at a time
 * @param write gathers what leaves by one socket at a time
 */
public record LoopBuffers(ByteBuffer read, ByteBuffer write) {

    /**
     * Allocates them.
     *
     * @param options their sizes
     * @return the buffers
     * @throws IOException if the JVM has no direct memory for them; its message says what to do
     */
    public static LoopBuffers allocate(final LoopOptions options) throws IOException {
        try {
            return new LoopBuffers(
                    ByteBuffer.allocateDirect(options.readBufferBytes()),
                    ByteBuffer.allocateDirect(options.writeBatchBytes()));
        } catch (final OutOfMemoryError e) {
            final long bytes = (long) options.readBufferBytes() + options.writeBatchBytes();
            throw new IOException(
                    "the JVM has no direct memory for the buffers of another loop, which take " + bytes
                            + " bytes: allow more (-XX:MaxDirectMemorySize), or run fewer loops",
                    e);
        }
    }
}
