package io.godwit.reactor.net;

import java.nio.ByteBuffer;

/**
 * What a connection is at the moment: first HTTP, then WebSocket. Called by the connection, on its loop; must not throw.
 */
public interface Stage {

    /**
     * Bytes have come.
     *
     * @param in borrowed, and may be changed in place. What is left of it is kept by the connection, and handed in again
     *     once {@link Connection#resume} was called: a stage leaves bytes only after {@link Connection#pause}, or to the
     *     stage that follows it
     */
    void onBytes(ByteBuffer in);

    /** {@return whether it may keep some of what comes: if not, it is read whether there is memory for that or not} */
    default boolean keepsInput() {
        return true;
    }

    /** {@return how many bytes of the loop's memory it holds for a part of what has come, until more comes; 0: none} */
    default long heldBytes() {
        return 0;
    }

    /** {@return how many bytes more have room there} */
    default int roomBytes() {
        return 0;
    }

    /**
     * Tells what reading takes of the loop's memory.
     *
     * @param bytes that may come
     * @return how many bytes what comes of them may hold
     */
    default long memoryFor(final int bytes) {
        return bytes;
    }

    /** What may have come was not read for want of memory, and is from now on: the time until now is not the peer's. */
    default void onReadAgain() {}

    /** The peer has sent its last byte. */
    void onInputEnd();

    /** Another thread has called {@link Connection#mail}. */
    void onMail();

    /**
     * What waits for the socket is at or over the soft mark, or the peer takes none of the Pongs that it asks for. A stage that
     * replies to what it reads pauses.
     */
    void onBacklog();

    /** What {@link #onBacklog} told is over: a stage that paused goes on. */
    default void onBacklogEnd() {}

    /** What waits, for the socket or the loop, is under the soft mark, after somebody was told that it is not. */
    void onDrained();

    /**
     * Messages that waited were dropped for newer ones. Comes once for all of them since the last call.
     *
     * @param evicted how many
     */
    default void onEvicted(final Evicted evicted) {}

    /** A message found no room, and that ends the connection: comes again until it does. */
    default void onLimitHit() {}

    /**
     * There is no memory to keep what this stage has left of its bytes: they are lost, and the connection has to end.
     *
     * @return whether it ends, now that this stage knows; false: it is cut off
     */
    default boolean onOverloaded() {
        return false;
    }

    /**
     * The time given to {@link Connection#deadline} has come.
     *
     * @param nowNs the loop's time
     */
    void onDeadline(long nowNs);

    /**
     * The server is going down: come to an end, and say so to the peer. Called again if there is less time than was said.
     *
     * @param leftNs after how long the connection is cut off, in nanoseconds; {@link Long#MAX_VALUE}: it is not known
     */
    void onShutdown(long leftNs);

    /**
     * The connection has ended, as far as this stage is concerned: its last byte has left, or the transport is gone. The
     * last call; if it throws an OutOfMemoryError, it comes again in the next cycle, with the transport closed.
     *
     * @param cause what the transport threw, or null
     */
    void onEnd(Throwable cause);
}
