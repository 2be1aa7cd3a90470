package io.godwit.reactor.net;

import io.godwit.reactor.loop.MemoryHolder;
import io.godwit.reactor.loop.MemoryHolders;

/**
 * Whether too much waits for a socket, when whoever sends is to be told that there is room again, and whether the peer takes
 * it fast enough; if memory is scarce, those who take it slowest make way for others. There is one while a connection needs
 * it, from when something waits for its socket until {@link #isUnused}. What other
 * threads have handed over waits for the loop, not for the socket: however much that is, it says nothing about the peer. Loop
 * only.
 */
final class Backlog extends MemoryHolder {

    /** Whoever takes so much at once has got on. */
    private static final long STEP_BYTES = 16_384;

    private final Outbound outbound;
    private final MemoryHolders holders;

    /** Called if this has made way: what waited is gone, and the connection is to end. */
    private final Runnable onGivenWay;

    /** How many bytes the socket had taken when it had last got on. */
    private long steppedBytes;

    /** How many bytes the socket had taken when that was looked at last. */
    private long takenBytes;

    private boolean over;
    private long lastTakenNs;

    /** Whether the peer is to take as many bytes as the soft mark, since when, and how many it has taken. */
    private boolean watched;

    private long watchedNs;
    private long watchedBytes;

    /** How many messages had been evicted then. */
    private long watchedEvictions;

    /** That is to be told, once less waits than the soft mark. */
    private boolean memoryIsBack;

    /** Null until the connection is coming to its end. */
    private Ending ending;

    Backlog(final Outbound outbound, final MemoryHolders holders, final Runnable onGivenWay) {
        this.outbound = outbound;
        this.holders = holders;
        this.onGivenWay = onGivenWay;
        takenBytes = outbound.sentBytes();
    }

    /** {@return whether another one would do as well from now on} */
    boolean isUnused() {
        return !over && !watched && !memoryIsBack && ending == null && !isListed();
    }

    /** {@return whether {@link #begins} has told of a backlog, and {@link #ends} not of its end} */
    boolean isOver() {
        return over;
    }

    /** {@return whether the peer should not be read any more, since the last call} */
    boolean begins(final long nowNs) {
        if (over || !outbound.isBacklogged()) {
            return false;
        }
        over = true;
        lastTakenNs = nowNs;
        if (!watched) {
            watch(nowNs);
        }
        return true;
    }

    private void watch(final long nowNs) {
        watched = true;
        watchedNs = nowNs;
        watchedBytes = 0;
        watchedEvictions = outbound.evictions();
    }

    /** Tells what has come about since the last call. */
    void tell(final Stage stage) {
        if (ends()) {
            stage.onBacklogEnd();
        }
        if (tellsOfRoom()) {
            // What it sends now asks for the next settling by itself.
            stage.onDrained();
        }
    }

    /** {@return whether there was a backlog, and there is none now} */
    boolean ends() {
        watched &= outbound.queuedBytes() > 0;
        if (!over || outbound.isBacklogged()) {
            return false;
        }
        over = false;
        // Where messages were evicted the room is not the peer's merit: its time goes on.
        watched &= outbound.evictions() != watchedEvictions;
        return true;
    }

    /** {@return whether there is room again, or memory, for those who were told that there is not} */
    private boolean tellsOfRoom() {
        final boolean toldOfMemory = memoryIsBack && (outbound.unheldBytes() == 0 || !outbound.isOverSoftBytes());
        final boolean told = outbound.takeTell() || toldOfMemory;
        memoryIsBack &= !told;
        return told;
    }

    /** Somebody was refused for want of memory, and there is some again: that is told as room is. */
    void noteMemory() {
        memoryIsBack = true;
    }

    /** The socket may have taken something. */
    void flushed(final long nowNs) {
        final long bytes = outbound.sentBytes() - takenBytes;
        takenBytes += bytes;
        hold(nowNs);
        if (bytes == 0) {
            return;
        }
        if (ending != null) {
            ending.taken(bytes, nowNs);
        }
        lastTakenNs = nowNs;
        watchedBytes += bytes;
        if (watchedBytes >= outbound.limits().bytesSoft()) {
            watch(nowNs);
            watched = over;
        }
    }

    private void hold(final long nowNs) {
        if (outbound.queuedBytes() == 0) {
            holders.remove(this);
        } else if (!isListed() || takenBytes - steppedBytes >= STEP_BYTES) {
            steppedBytes = takenBytes;
            holders.add(this, nowNs);
        }
    }

    @Override
    protected long wouldGiveBytes() {
        return outbound.queuedBytes();
    }

    @Override
    protected void giveWay() {
        onGivenWay.run();
    }

    /** Nothing waits any more: the connection has ended. */
    void end() {
        holders.remove(this);
    }

    /** {@return when the peer is too slow, unless it takes more until then; {@link Long#MAX_VALUE} under the soft mark} */
    long slowDeadlineNs() {
        return over ? watchedNs + outbound.limits().timeout().toNanos() : Long.MAX_VALUE;
    }

    /** The end does not wait for the peer any more. */
    void endWithoutPeer() {
        ending = null;
    }

    /** The connection is coming to its end: see {@link Connection#endWithin}. */
    void endWithin(final long limitNs, final long nowNs) {
        ending = new Ending(outbound, limitNs, nowNs);
    }

    /** {@return when the peer is to have come to its end; the other time if there is no end in sight} */
    long dueNs(final long otherNs) {
        return ending == null ? otherNs : ending.dueNs();
    }

    /** {@return when that was last, or when the backlog began} */
    long lastTakenNs() {
        return lastTakenNs;
    }
}
