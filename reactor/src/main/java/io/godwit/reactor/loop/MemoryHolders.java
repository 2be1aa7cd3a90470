package io.godwit.reactor.loop;

import java.util.concurrent.TimeUnit;

/**
 * Those who hold memory of one loop until their peers do something, such as to end a message that they have begun, or to take
 * one that was sent; the one whose peer has done nothing for longest first. If the memory is used up, that one makes way:
 * whoever holds it and gets nowhere must not keep others from being served. Loop only.
 */
public final class MemoryHolders {

    /** For so long a peer may do nothing, however scarce memory is: its way through the network, and ours to read it, take time. */
    private static final long SAFE_NS = TimeUnit.SECONDS.toNanos(1);

    /** So many of those who wait for us are compared. */
    private static final int COMPARED_MAX = 64;

    private MemoryHolder oldest;
    private MemoryHolder newest;

    MemoryHolders() {}

    /**
     * Adds one, or moves it behind the others: its peer has just done something.
     *
     * @param holder has memory to give back
     * @param nowNs the loop's time
     */
    public void add(final MemoryHolder holder, final long nowNs) {
        remove(holder);
        holder.sinceNs = nowNs;
        holder.older = newest;
        if (newest == null) {
            oldest = holder;
        } else {
            newest.newer = holder;
        }
        newest = holder;
        holder.listed(true);
    }

    /**
     * Removes one, if it is there.
     *
     * @param holder has nothing to give back any more
     */
    public void remove(final MemoryHolder holder) {
        if (!holder.isListed()) {
            return;
        }
        if (holder.older == null) {
            oldest = holder.newer;
        } else {
            holder.older.newer = holder.newer;
        }
        if (holder.newer == null) {
            newest = holder.older;
        } else {
            holder.newer.older = holder.older;
        }
        holder.older = null;
        holder.newer = null;
        holder.listed(false);
    }

    /** {@return whether there is more than one} */
    public boolean areSeveral() {
        return oldest != newest;
    }

    /**
     * Has the first make way.
     *
     * @param nowNs the loop's time
     * @param inUse does not; null: all may
     * @return false: there is none whose peer has done nothing for long
     */
    public boolean relieve(final long nowNs, final MemoryHolder inUse) {
        final MemoryHolder first = first(nowNs, inUse);
        return first != null && makeWay(first);
    }

    private boolean makeWay(final MemoryHolder holder) {
        remove(holder);
        holder.giveWay();
        return true;
    }

    /** Whoever waits for us goes behind the others: its peer's time has not begun, and it is not looked at again and again. */
    private MemoryHolder first(final long nowNs, final MemoryHolder inUse) {
        MemoryHolder next = oldest;
        while (next != null && nowNs - next.sinceNs >= SAFE_NS) {
            final MemoryHolder newer = next.newer;
            if (next != inUse) {
                if (next.isPeersTurn()) {
                    return next;
                }
                add(next, nowNs);
            }
            next = newer;
        }
        return null;
    }

    /**
     * Has one make way that waits for us rather than for its peer: those who wait for each other's memory would wait for ever. Of the
     * last that came, it is the one that gives most, so that as few as possible have to.
     *
     * @return false: there is none
     */
    boolean relieveOfStuck() {
        MemoryHolder most = null;
        int seen = 0;
        for (MemoryHolder next = newest; next != null && seen < COMPARED_MAX; next = next.older) {
            if (!next.isPeersTurn()) {
                seen++;
                if (most == null || next.wouldGiveBytes() > most.wouldGiveBytes()) {
                    most = next;
                }
            }
        }
        return most != null && makeWay(most);
    }
}
