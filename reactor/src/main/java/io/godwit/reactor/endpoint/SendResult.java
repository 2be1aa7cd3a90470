package io.godwit.reactor.endpoint;

/** What became of a message that was handed to {@code send}: backpressure is a result, not an exception. */
public enum SendResult {
    /**
     * Taken; what waits for this connection is under its soft mark. What was taken leaves before our Close frame, unless the
     * connection breaks, or its policy drops it; then {@link WebSocketHandler#onClose} or {@link WebSocketHandler#onDropped}
     * tells.
     */
    SENT,
    /**
     * Taken, as {@link #SENT}; what waits is at or over the soft mark. A producer does well to stop until
     * {@link WebSocketHandler#onWritable}, which follows; its peer is not read meanwhile.
     */
    QUEUED,
    /**
     * Not taken: what waits would have exceeded the hard limit, or the loop has no memory for it. Nothing of it was or will be
     * sent. It may be tried again at {@link WebSocketHandler#onWritable}, which follows, unless the
     * endpoint's {@link SlowConsumerPolicy} closes the connection.
     */
    DROPPED,
    /**
     * Not taken, and never will be: the message, with the headers of its frames, is longer than the hard limit
     * ({@link OutboundLimits#bytesMax}), or than what the loop may hold ({@link LoopLimits#bufferedBytesMax}), of which 15/16 are
     * for long messages; from other threads than the loop, it is held twice meanwhile. It is the sender's mistake: nothing else
     * follows, whatever the policy.
     */
    TOO_LONG,
    /** Not taken: the connection is closing or closed. */
    CLOSED;

    /** {@return whether the message was taken} */
    public boolean isTaken() {
        return this == SENT || this == QUEUED;
    }
}
