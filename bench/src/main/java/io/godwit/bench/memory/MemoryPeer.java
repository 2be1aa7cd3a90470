package io.godwit.bench.memory;

import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/** What is at the other end of a {@link MemoryTransport}. Called on the loop. */
public interface MemoryPeer {

    /**
     * Tells what its transport is ready for.
     *
     * @return of {@link SelectionKey}: something, or the end, can be read; or bytes are taken, as they always are
     */
    int readyOps();

    /**
     * Gives what the connection reads.
     *
     * @param in borrowed; filled from its position
     * @return how many bytes; 0: none now; -1: the end
     */
    int read(ByteBuffer in);

    /**
     * Takes what the connection writes.
     *
     * @param out borrowed; all of it is taken
     */
    void take(ByteBuffer out);

    /** Is told that nothing follows. */
    default void end() {}
}
