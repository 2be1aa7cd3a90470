package io.godwit.reactor.endpoint;

/** What became of a message that was handed to {@code send}: backpressure is a result, not an exception. */
public enum SendResult {
    /** Taken; what waits for this connection is under its soft mark. */
    SENT,
    /**
     * Taken; what waits is at or over the soft mark. A producer does well to stop until
     * {@link WebSocketHandler#onWritable}; its peer is not read meanwhile.
     */
    QUEUED,
    /**
     * Not taken: what waits would have exceeded the hard limit, or the loop has no memory for it. Nothing of it was or will be
     * sent. It may be tried again at {@link WebSocketHandler#onWritable}, unless it is longer than the limit itself or all of the
     * loop's memory, or the endpoint's {@link SlowConsumerPolicy} closes the connection.
     */
    DROPPED,
    /** Not taken: the connection is closing or closed. */
    CLOSED;

    /** {@return whether the message was taken} */
    public boolean isTaken() {
        return this == SENT || this == QUEUED;
    }
}
