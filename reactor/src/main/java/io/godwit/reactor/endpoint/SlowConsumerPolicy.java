package io.godwit.reactor.endpoint;

/**
 * What happens when a message would exceed the hard limit of what may wait for a peer that reads too slowly. Control frames
 * are not dropped by any of these, nor is the message that has begun to leave, nor one that is sent by a
 * {@link MessageWriter}. A message that is longer than the limit itself is {@link SendResult#TOO_LONG} under each of them, and
 * nothing else happens.
 *
 * <p>Where messages are dropped later, other threads cannot know what will be: what they have handed over and what waits may
 * have up to twice the limit, and past that their messages are {@link SendResult#DROPPED}; what waits for the socket keeps
 * to the limit itself. What is dropped later is told to {@link WebSocketHandler#onDropped}.
 */
public enum SlowConsumerPolicy {
    /** The message is {@link SendResult#DROPPED}, and the connection is closed with 1008. */
    CLOSE,
    /** The message is {@link SendResult#DROPPED}: what waits already has precedence. */
    DROP_NEWEST,
    /** Messages that wait are dropped, the oldest first, until the new one fits. */
    DROP_OLDEST,
    /** All messages that wait are dropped: of what comes too fast, only the latest counts. */
    KEEP_LATEST;

    /** {@return whether messages that were taken may be dropped later, to make room for newer ones} */
    public boolean evicts() {
        return this == DROP_OLDEST || this == KEEP_LATEST;
    }
}
