package io.godwit.reactor.session;

import io.godwit.core.protocol.WebSocketProtocol;
import io.godwit.reactor.endpoint.Timeouts;

/**
 * A protocol that a connection has for a while, with what is to be known of the message that is coming in meanwhile: that
 * costs an idle connection nothing. Loop only.
 */
final class LentProtocol {

    /** A single byte now and then is no progress. */
    private static final int PROGRESS_BYTES = 4_096;

    private final WebSocketProtocol protocol;
    private WebSocketStage borrower;

    /** Its neighbours among the {@link UnfinishedMessages}. */
    LentProtocol older;

    LentProtocol newer;
    private boolean listed;

    /** Whether what was unfinished, when that was looked at last, was a message, and not only a frame. */
    private boolean inMessage;

    /** Since when the message has been coming in, or has been judged last; and how many bytes the connection had read then. */
    private long periodNs;

    private long periodBytes;

    /** When it was last seen to come at a real pace, or has begun; and how many bytes the connection had read then. */
    private long progressNs;

    private long progressBytes;

    /** Whether the memory of its message was taken back, so that the connection is to be failed. */
    private boolean evicted;

    LentProtocol(final WebSocketProtocol protocol) {
        this.protocol = protocol;
    }

    WebSocketProtocol protocol() {
        return protocol;
    }

    /** {@return the connection that has it, or null} */
    WebSocketStage borrower() {
        return borrower;
    }

    /** Takes another borrower, or null. */
    void borrower(final WebSocketStage next) {
        borrower = next;
        if (next == null) {
            protocol.serve(null, null);
        } else {
            protocol.serve(next.calls(), next.sendPath());
        }
    }

    /** {@return whether its message is among the unfinished ones} */
    boolean isListed() {
        return listed;
    }

    void listed(final boolean isThere) {
        listed = isThere;
    }

    boolean isInMessage() {
        return inMessage;
    }

    void inMessage(final boolean isMessage) {
        inMessage = isMessage;
    }

    /** A message begins, or its time begins anew. */
    void beginPeriod(final long nowNs, final long receivedBytes) {
        periodNs = nowNs;
        periodBytes = receivedBytes;
    }

    long periodNs() {
        return periodNs;
    }

    /** {@return how many bytes were read in this period, when the connection has read so many in all} */
    long bytesInPeriod(final long receivedBytes) {
        return receivedBytes - periodBytes;
    }

    /** The message has begun, or was seen to come at a real pace. */
    void noteProgress(final long nowNs, final long receivedBytes) {
        progressNs = nowNs;
        progressBytes = receivedBytes;
    }

    /**
     * {@return whether a part of it has come since that was noted last, and at least as fast as messages have to come}
     *
     * @param timeoutNs in which {@link Timeouts#MESSAGE_PACE_BYTES} have to come
     */
    boolean comesAtPace(final long nowNs, final long receivedBytes, final long timeoutNs) {
        final long bytes = receivedBytes - progressBytes;
        return bytes >= PROGRESS_BYTES
                && (double) bytes * timeoutNs >= (double) Timeouts.MESSAGE_PACE_BYTES * (nowNs - progressNs);
    }

    /** {@return how much memory there is to be taken back} */
    int heldBytes() {
        return protocol.heldBytes();
    }

    /** Takes the memory of the message back. */
    void evict() {
        evicted = true;
        protocol.discardMessages();
    }

    boolean isEvicted() {
        return evicted;
    }
}
