package io.godwit.reactor.session;

import io.godwit.core.protocol.WebSocketProtocol;
import io.godwit.reactor.loop.MemoryHolder;
import io.godwit.reactor.loop.MemoryHolders;

/**
 * A protocol that a connection has for a while, with what is to be known of the message that is coming in meanwhile: that
 * costs an idle connection nothing. Loop only.
 */
final class LentProtocol extends MemoryHolder {

    /** Whoever sends so much of a message has got on with it: a single byte now and then is nothing. */
    private static final long STEP_BYTES = 16_384;

    private final WebSocketProtocol protocol;
    private WebSocketStage borrower;

    /** Whether a message has begun to come in, and has to end in time. */
    private boolean timed;

    /** How many bytes the connection had read when its message had got on, last. */
    private long steppedBytes;

    /** Whether what was unfinished, when that was looked at last, was a message, and not only a frame. */
    private boolean inMessage;

    /** Since when the message has been coming in, or has been judged last; and how many bytes the connection had read then. */
    private long periodNs;

    private long periodBytes;

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

    /** {@return whether a message has begun to come in, and has to end in time} */
    boolean isTimed() {
        return timed;
    }

    /**
     * Follows what was received, while a message is unfinished.
     *
     * @param holders of the loop
     * @param nowNs the loop's time
     * @param receivedBytes how many bytes the connection has read in all
     * @param another whether it is another message than before
     */
    void noteHeld(final MemoryHolders holders, final long nowNs, final long receivedBytes, final boolean another) {
        if (heldBytes() == 0) {
            holders.remove(this);
        } else if (another || !isListed() || receivedBytes - steppedBytes >= STEP_BYTES) {
            steppedBytes = receivedBytes;
            holders.add(this, nowNs);
        }
    }

    /** No message is coming in any more, or its end does not matter. */
    void forgetMessage(final MemoryHolders holders) {
        timed = false;
        holders.remove(this);
    }

    boolean isInMessage() {
        return inMessage;
    }

    void inMessage(final boolean isMessage) {
        inMessage = isMessage;
    }

    /** A message begins, or its time begins anew. */
    void beginPeriod(final long nowNs, final long receivedBytes) {
        timed = true;
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

    /** {@return how much memory there is to be taken back} */
    int heldBytes() {
        return protocol.heldBytes();
    }

    @Override
    protected long wouldGiveBytes() {
        return heldBytes();
    }

    @Override
    protected boolean isPeersTurn() {
        return !borrower.connection().isReadDue();
    }

    /** Its connection is failed with 1013, soon. */
    @Override
    protected void giveWay() {
        evicted = true;
        protocol.discardMessages();
        borrower.connection().look();
    }

    boolean isEvicted() {
        return evicted;
    }
}
