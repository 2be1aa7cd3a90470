package io.godwit.reactor.net;

/** Whether too much waits for a socket, and when whoever sends is to be told of it. Loop only. */
final class Backlog {

    private final Outbound outbound;
    private boolean over;
    private boolean tellAwaited;
    private long lastTakenNs;

    /** What waited when it was told last that there is room; it is told again only once less does. */
    private long toldBytes = Long.MAX_VALUE;

    Backlog(final Outbound outbound) {
        this.outbound = outbound;
    }

    /** {@return whether the soft mark has been reached, and the end of it not been told yet} */
    boolean isOver() {
        return over;
    }

    /** {@return whether the soft mark has been reached since the last call} */
    boolean begins(final long nowNs) {
        if (over || !outbound.isBacklogged()) {
            return false;
        }
        over = true;
        lastTakenNs = nowNs;
        return true;
    }

    /** {@return whether there is room again, for those who were told that there is not} */
    boolean ends() {
        final long waiting = outbound.backlogBytes();
        if (waiting == 0 || over) {
            toldBytes = Long.MAX_VALUE;
        }
        // What other threads handed over may have left at once, and never been a backlog here.
        tellAwaited |= outbound.takePressed() | over;
        // Whoever tries again at once what does not fit would be asked again and again, where nothing has left.
        if (!tellAwaited || waiting >= toldBytes || outbound.isBacklogged()) {
            return false;
        }
        tellAwaited = false;
        over = false;
        toldBytes = waiting;
        return true;
    }

    /** The socket has taken something. */
    void taken(final long nowNs) {
        lastTakenNs = nowNs;
    }

    /** {@return when that was last, or when the backlog began} */
    long lastTakenNs() {
        return lastTakenNs;
    }
}
