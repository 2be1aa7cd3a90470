package io.godwit.reactor.broadcast;

import java.util.concurrent.ConcurrentHashMap;

/** A connection that is subscribed to topics, or was, and which they are. Its end is the end of all its subscriptions. */
public final class Subscriber {

    /** The one of all connections that were subscribed to nothing when they ended. */
    public static final Subscriber ENDED = new Subscriber();

    /** Each connection is subscribed to few, as a rule. */
    private static final int TOPICS = 1;

    private final Deliveries deliveries;
    private final Outlet outlet;
    private final ConcurrentHashMap<Object, Membership> memberships = new ConcurrentHashMap<>(TOPICS);
    private volatile boolean ended;

    /**
     * What is before it in the loop's log has been delivered, or is not for it. It moves only where this is ahead of the loop's
     * walk, which need not look at this object otherwise. Loop only.
     */
    private long cursor;

    /**
     * Makes a subscriber without a subscription.
     *
     * @param deliveries of its loop
     * @param outlet how messages leave by it
     */
    public Subscriber(final Deliveries deliveries, final Outlet outlet) {
        this.deliveries = deliveries;
        this.outlet = outlet;
    }

    private Subscriber() {
        this(null, null);
        ended = true;
    }

    /** {@return the deliveries of its loop; null for {@link #ENDED}} */
    public Deliveries deliveries() {
        return deliveries;
    }

    Outlet outlet() {
        return outlet;
    }

    boolean isEnded() {
        return ended;
    }

    // --- the loop's log

    /** {@return the position that the next publication will have: what was published before is before it. Any thread} */
    public long head() {
        return deliveries == null ? 0 : deliveries.head();
    }

    long cursor() {
        return cursor;
    }

    void cursor(final long position) {
        cursor = position;
    }

    /**
     * Delivers what was published before a position, ahead of the loop's walk. Loop only.
     *
     * @param position at most {@link #head}
     */
    public void catchUp(final long position) {
        // Asked for each send of one that is subscribed: as a rule there is nothing.
        if (position > cursor && deliveries != null) {
            deliveries.catchUp(this, position);
        }
    }

    /** {@return the membership of a topic, or null} */
    Membership of(final Object topic) {
        return memberships.get(topic);
    }

    // --- its topics

    /**
     * Subscribes, to what is published from now on. Any thread.
     *
     * @param among the topic's subscribers on this loop
     * @return false where it is subscribed already, or the connection has ended
     */
    public boolean join(final Subscribers among) {
        final Object topic = among.topic();
        while (!ended) {
            final Membership present = memberships.get(topic);
            if (present == null) {
                final Membership made = new Membership(this, among);
                if (memberships.putIfAbsent(topic, made) == null && made.want()) {
                    return stays(made);
                }
            } else if (present.want()) {
                // If the end comes meanwhile, it finds this one among the others.
                return !ended;
            } else if (present.isWanted()) {
                return false;
            } else if (present.isGone()) {
                memberships.remove(topic, present);
            }
        }
        return false;
    }

    private boolean stays(final Membership member) {
        if (!ended) {
            return true;
        }
        // The end may have come before this one was there to be ended with the others.
        memberships.remove(member.topic(), member);
        member.end();
        return false;
    }

    /**
     * Unsubscribes, from what is published from now on. Any thread.
     *
     * @param topic from what
     * @return false where it is not subscribed
     */
    public boolean leave(final Object topic) {
        final Membership present = memberships.get(topic);
        return present != null && present.unwant();
    }

    /**
     * Tells whether it is subscribed. Any thread.
     *
     * @param topic to what
     * @return whether it is
     */
    public boolean isMember(final Object topic) {
        final Membership present = memberships.get(topic);
        return present != null && present.isWanted();
    }

    void forget(final Membership gone) {
        memberships.remove(gone.topic(), gone);
    }

    /** The connection has ended, and this was made too late to know: it takes no part. Any thread. */
    public void endUnused() {
        ended = true;
    }

    /** The connection has ended: so have its subscriptions, and no topic keeps it. Loop only. */
    public void end() {
        ended = true;
        Error noMemory = null;
        for (final Membership membership : memberships.values()) {
            try {
                membership.endTelling();
            } catch (final OutOfMemoryError e) {
                // The others are told.
                noMemory = e;
            }
        }
        memberships.clear();
        if (noMemory != null) {
            throw noMemory;
        }
    }
}
