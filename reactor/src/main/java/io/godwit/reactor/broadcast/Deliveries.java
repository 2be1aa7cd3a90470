package io.godwit.reactor.broadcast;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.loop.Mailed;
import io.godwit.reactor.loop.Settled;
import io.godwit.reactor.loop.SharedMemory;
import io.godwit.reactor.metrics.LoopCounters;
import io.godwit.reactor.metrics.Metric;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What one loop has to deliver for all topics: a log of publications, each with the next position, in which every
 * subscription has its place from one position to another. The loop walks the log: each publication goes to those whose
 * subscription covers its position. A connection may be ahead of the walk ({@link Subscriber#catchUp}), since what was
 * published before something was sent to it goes before that.
 *
 * <p>In each cycle a bounded number of deliveries is made, for about a millisecond; where a walk over the subscribers stops,
 * the next cycle goes on. The log has a bounded number of places and bytes: a loop that is slow, stuck or abandoned has a gap
 * of its own ({@link Subscribers#lose}), and holds up no other. Loop only, but for what says otherwise.
 */
public final class Deliveries implements Mailed, Settled {

    /** So many publications to the same subscribers are delivered in one walk, to leave in one write to each. */
    private static final int RUN_MAX = 32;

    private static final int RUN_BYTES_MAX = 65_536;

    /** So many publications are delivered in one round. Meanwhile gaps wait, whose length is not bounded otherwise. */
    private static final int ROUND_MAX = 512;

    /** Up to this length a message may leave without being held for a socket. */
    private static final int BATCHED_BYTES_MAX = 16_384;

    /** Long messages must not make a cycle long: past so many bytes the others have their turn. */
    private static final long CYCLE_BYTES_MAX = 8L << 20;

    /** Nor must slow sockets, past this time; which is looked at once for so many subscribers. */
    private static final long CYCLE_NS_MAX = TimeUnit.MILLISECONDS.toNanos(1);

    private static final int STEPS_PER_LOOK = 16;

    /**
     * So much may wait of what handlers have published, or half of what may wait at all, if that is less. Nothing is delivered
     * while they run, and whoever is sent something meanwhile is given all of it at once: it has to fit in what may wait for him.
     */
    private static final int OWN_WAITING_MAX = 512;

    private static final long OWN_BYTES_MAX = 262_144;

    /** In place of the bytes that wait: the loop has ended. It stays under 0, whatever is given back. */
    private static final long ENDED = Long.MIN_VALUE / 2;

    private final EventLoop loop;
    private final LoopCounters counters;
    private final int deliveriesMax;
    private final int waitingMax;
    private final long waitingBytesMax;

    // --- any thread's

    /** The log: a publication is at its position modulo the length, until the walk is past it. */
    private final AtomicReferenceArray<Publication> places;

    /** The next position. */
    private final AtomicLong head = new AtomicLong();

    private final AtomicLong waitingBytes = new AtomicLong();
    private final Arrivals<Membership> memberships = new Arrivals<>();
    private final Arrivals<Subscribers> withGaps = new Arrivals<>();
    private final AtomicBoolean inMail = new AtomicBoolean();

    /** What is before it has been delivered to all. Written by the loop. */
    private volatile long walked;

    // --- the loop's

    /**
     * Up to which position the log is walked in the present round. What was there when that began is all done before what has come
     * since then: so whatever comes, each has its turn.
     */
    private long roundEnd;

    private final Publication[] run = new Publication[RUN_MAX];
    private int runLength;
    private long runBytes;

    /** Whose members are being told of a gap; null: nobody's. */
    private Subscribers losing;

    /**
     * Those who stay among the subscribers until what was published before they left has been delivered. Each is looked at once in a
     * round of them, whoever else leaves: as soon as it can go, or, if it has come again meanwhile, once the walk has come to where
     * the log ended when that round began. Nobody behind it waits longer than that.
     */
    private final Arrivals<Membership> leaving = new Arrivals<>();

    private long leavingAt;

    /** No connection was caught up with a publication at this position or behind it. */
    private long aheadEnd;

    /** How many deliveries are to be counted: once for all of a settling. */
    private long delivered;

    private boolean toSettle;

    /** Whether a handler is being called, for something that its peer has sent. */
    private boolean inCall;

    /** Of what waits, what such calls have published: how many, and how much memory they take. */
    private int ownWaiting;

    private long ownBytes;

    /** The one that is being called has published although there was no room for it. */
    private boolean crowded;

    /** They are not read until it is less, in the order in which they stopped. */
    private final LinkedList<Publisher> publishers = new LinkedList<>();

    /**
     * Makes the deliveries of a loop.
     *
     * @param loop the owner
     */
    public Deliveries(final EventLoop loop) {
        this.loop = loop;
        counters = loop.counters();
        final LoopOptions options = loop.options();
        deliveriesMax = options.deliveriesPerCycleMax();
        waitingMax = options.commandsPerCycleMax();
        waitingBytesMax = options.bufferedBytesMax() / 4;
        // The next power of two.
        places = new AtomicReferenceArray<>(Integer.highestOneBit(2 * waitingMax - 1));
    }

    // --- from any thread

    /** {@return whether the loop has ended, so that nothing will be delivered any more} */
    public boolean isOver() {
        return loop.isClosed();
    }

    /** {@return the position that the next publication will have} */
    long head() {
        return head.get();
    }

    /** {@return the position before which all has been delivered to all} */
    long walked() {
        return walked;
    }

    /**
     * Has something delivered, after what was added before.
     *
     * @param publication to subscribers of this loop
     * @return false if too many wait, or too long ones, or the loop's memory is used up, or too little for it
     */
    public boolean add(final Publication publication) {
        final int bytes = publication.heldBytes();
        if (!canHold(publication) || !takeBytes(bytes)) {
            return refused();
        }
        final boolean own = loop.inLoop() && inCall;
        if (own) {
            publication.noteOwn();
        }
        long position;
        do {
            position = head.get();
            if (position - walked >= waitingMax) {
                giveBytes(bytes);
                return refused();
            }
        } while (!head.compareAndSet(position, position + 1));
        places.setRelease(placeOf(position), publication);
        mail();
        if (own) {
            ownWaiting++;
            ownBytes += bytes;
            crowded |= !hasRoom();
        }
        return true;
    }

    private boolean refused() {
        if (loop.inLoop() && inCall) {
            crowded |= !hasRoom();
        }
        return false;
    }

    /** {@return whether such calls may publish: not too much waits of what they have published} */
    private boolean hasRoom() {
        return ownWaiting <= Math.min(waitingMax / 2, OWN_WAITING_MAX)
                && ownBytes <= Math.min(waitingBytesMax / 2, OWN_BYTES_MAX);
    }

    /** A handler is about to be called on this loop, for something that its peer has sent. */
    public void beginCall() {
        inCall = true;
    }

    /**
     * It has returned.
     *
     * @return whether it has published although too much waits of what such calls have published: as long as they go on, nothing is
     *     delivered, so its connection is to be paused until {@link #awaitRoom} tells. What is published otherwise does not count,
     *     since it would not become less
     */
    public boolean endCall() {
        final boolean was = crowded;
        crowded = false;
        inCall = false;
        return was;
    }

    /**
     * Has a connection told when there is room again.
     *
     * @param publisher does not wait already
     * @throws OutOfMemoryError if there is no memory for that
     */
    public void awaitRoom(final Publisher publisher) {
        publishers.addLast(publisher);
    }

    /**
     * Tells whether there can be room for a publication at all: it is held here, and a long one once more for the sockets that it
     * waits for, since it does not leave by way of the loop's batch.
     *
     * @param publication to subscribers of this loop
     * @return false: not even if nothing else is held
     */
    public boolean canHold(final Publication publication) {
        final int bytes = publication.heldBytes();
        return loop.memory().canHold(bytes > BATCHED_BYTES_MAX ? bytes + SharedMemory.costOf(bytes) : bytes);
    }

    private boolean takeBytes(final int bytes) {
        long before;
        do {
            before = waitingBytes.get();
            if (before < 0 || before > 0 && before + bytes > waitingBytesMax) {
                return false;
            }
        } while (!waitingBytes.compareAndSet(before, before + bytes));
        if (loop.memory().tryTake(bytes)) {
            return true;
        }
        if (waitingBytes.addAndGet(-bytes) < 0) {
            // The end has given back what was not taken.
            loop.memory().takeAnyway(bytes);
        }
        return false;
    }

    private void giveBytes(final long bytes) {
        if (waitingBytes.addAndGet(-bytes) >= 0) {
            loop.memory().give(bytes);
        }
    }

    /**
     * The loop has come to its end, and all of its connections with it: gives back what waits to be delivered, and takes nothing
     * more. By the thread that ends the loop, once.
     */
    public void end() {
        loop.memory().give(waitingBytes.getAndSet(ENDED));
    }

    /** Counts a publication that found no place. */
    public void refuse() {
        if (loop.inLoop()) {
            counters.increment(Metric.TOPIC_DROPS);
        } else {
            counters.incrementFromOutside(Metric.TOPIC_DROPS);
        }
    }

    void add(final Membership membership) {
        memberships.add(membership);
        mail();
    }

    /** Has one looked at again once all has been delivered that has been published by now. On the loop. */
    void lookAgain(final Membership membership) {
        leaving.add(membership);
    }

    void add(final Subscribers withGap) {
        withGaps.add(withGap);
        mail();
    }

    private void mail() {
        if (inMail.compareAndSet(false, true)) {
            try {
                loop.mail(this);
            } catch (final Throwable t) {
                // The caller's stack has ended: the next one has mail.
                inMail.set(false);
                throw t;
            }
        }
    }

    private int placeOf(final long position) {
        return (int) position & places.length() - 1;
    }

    // --- on the loop

    @Override
    public void onMail() {
        inMail.set(false);
        if (!toSettle) {
            toSettle = true;
            loop.settleLater(this);
        }
    }

    @Override
    public void settle() {
        final long endNs = loop.clockNs() + CYCLE_NS_MAX;
        int left = deliveriesMax;
        long bytesLeft = CYCLE_BYTES_MAX;
        int steps = 0;
        int done = 1;
        while (done > 0 && bytesLeft > 0 && left >= Math.max(1, runLength)) {
            // Read first: the run may end with it.
            final int messages = Math.max(1, runLength);
            final long bytes = Math.max(1, runBytes);
            final int most = Math.min(STEPS_PER_LOOK - steps, left / messages);
            done = runLength > 0 ? walk((int) Math.min(most, (bytesLeft - 1) / bytes + 1)) : step();
            left -= done * messages;
            bytesLeft -= done * bytes;
            steps += done;
            if (steps == STEPS_PER_LOOK) {
                steps = 0;
                if (loop.clockNs() - endNs >= 0) {
                    break;
                }
            }
        }
        counters.add(Metric.TOPIC_DELIVERIES, delivered);
        delivered = 0;
        tellOfRoom(endNs);
        toSettle = done > 0 || hasWork();
        if (toSettle) {
            loop.settleLater(this);
        }
    }

    private boolean hasWork() {
        return runLength > 0
                || losing != null
                || !memberships.isEmpty()
                || !leaving.isEmpty()
                || !withGaps.isEmpty()
                || walked < head.get()
                || !publishers.isEmpty();
    }

    /** {@return 1: one thing was done of those that come before a walk; 0: there is nothing to do} */
    private int step() {
        if (memberships.isDue()) {
            lookAt(memberships.take());
        } else if (leaving.isDue() && (leavingAt <= walked || leaving.first().canGo())) {
            lookAt(leaving.take());
        } else if (losing != null) {
            tellOn();
        } else if (withGaps.isDue()) {
            beginToTell();
        } else if (walked < roundEnd) {
            beginRun();
        } else {
            return beginRound() ? 1 : 0;
        }
        return 1;
    }

    private boolean beginRound() {
        roundEnd = Math.min(head.get(), walked + ROUND_MAX);
        withGaps.begin();
        if (!leaving.isDue()) {
            leaving.begin();
            leavingAt = head.get();
        }
        // Last: whoever was subscribed before one of these was published is due by now.
        memberships.begin();
        return walked < roundEnd || !memberships.isEmpty() || !leaving.isEmpty() || !withGaps.isEmpty();
    }

    /** A subscription has its turn like a delivery: that bounds them too. */
    private static void lookAt(final Membership membership) {
        try {
            membership.look();
        } catch (final Throwable t) {
            // No memory to put it among the others: its connection is not left half subscribed.
            membership.outlet().fail(t);
        }
    }

    private void beginToTell() {
        losing = withGaps.take();
        losing.rewind();
        // Those who were subscribed before something of it was lost are told of it too.
        memberships.begin();
    }

    /** Each that is told goes on at once, and may fill what room there is. */
    private void tellOfRoom(final long endNs) {
        boolean more = true;
        while (more && hasRoom() && !publishers.isEmpty()) {
            publishers.pollFirst().onRoomToPublish();
            more = loop.clockNs() - endNs < 0;
        }
    }

    /** Its thread has taken the place, and is about to fill it. */
    private Publication at(final long position) {
        final int place = placeOf(position);
        Publication publication = places.getAcquire(place);
        while (publication == null) {
            Thread.onSpinWait();
            publication = places.getAcquire(place);
        }
        return publication;
    }

    private void beginRun() {
        final long first = walked;
        final Subscribers to = at(first).to();
        final long end = Math.min(roundEnd, first + Math.min(RUN_MAX, deliveriesMax));
        for (long position = first; position < end; position++) {
            final Publication next = at(position);
            if (next.to() != to || runLength > 0 && runBytes + next.bytes() > RUN_BYTES_MAX) {
                break;
            }
            run[runLength++] = next;
            runBytes += next.bytes();
        }
        counters.add(Metric.TOPIC_MESSAGES, runLength);
        to.rewind();
    }

    /**
     * Delivers the run to some of those whom it has not reached, or ends it if it has reached all.
     *
     * @param steps the most, positive
     * @return how many were made: each is one subscriber, or the end
     */
    private int walk(final int steps) {
        final Subscribers to = run[0].to();
        for (int step = 1; step <= steps; step++) {
            final Membership member = to.next();
            if (member == null) {
                endRun();
                return step;
            }
            deliverTo(member);
        }
        return steps;
    }

    private void endRun() {
        for (int i = 0; i < runLength; i++) {
            places.setPlain(placeOf(walked + i), null);
            if (run[i].isOwn()) {
                ownWaiting--;
                ownBytes -= run[i].heldBytes();
            }
        }
        Arrays.fill(run, 0, runLength, null);
        giveBytes(runBytes + (long) runLength * Publication.OVERHEAD_BYTES);
        // From here on the places may be filled again.
        walked += runLength;
        runLength = 0;
        runBytes = 0;
    }

    private void deliverTo(final Membership member) {
        final Subscriber subscriber = member.subscriber();
        final Outlet outlet = member.outlet();
        final long first = walked;
        int taken = 0;
        try {
            // Looked at once: whatever was handed over, or closed, before one of the run was published shows here.
            final boolean plain = outlet.begin() && member.coversAllFrom(first) && aheadEnd <= first;
            for (int i = 0; i < runLength; i++) {
                if (run[i].except() != subscriber && (plain || isDue(member, first + i))) {
                    taken += outlet.deliver(run[i].message()) ? 1 : 0;
                }
            }
            outlet.finish();
        } catch (final Throwable t) {
            outlet.fail(t);
        }
        delivered += taken;
    }

    /** {@return whether a publication is to be delivered now, after what was handed over before it} */
    private static boolean isDue(final Membership member, final long position) {
        final Outlet outlet = member.outlet();
        if (!member.covers(position) || !outlet.takes(position)) {
            return false;
        }
        outlet.sendBefore(position);
        return member.subscriber().cursor() <= position;
    }

    /** Delivers to one connection what was published before a position: to the others it goes in the walk. */
    void catchUp(final Subscriber subscriber, final long end) {
        aheadEnd = Math.max(aheadEnd, end);
        for (long position = Math.max(subscriber.cursor(), walked); position < end; position++) {
            // Whatever comes of it, it is not delivered again.
            subscriber.cursor(position + 1);
            final Publication publication = at(position);
            final Membership member = subscriber.of(publication.to().topic());
            if (member != null
                    && member.covers(position)
                    && publication.except() != subscriber
                    && !(position - walked < runLength && publication.to().hasMet(member))
                    && subscriber.outlet().deliver(publication.message())) {
                counters.increment(Metric.TOPIC_DELIVERIES);
            }
        }
    }

    // --- gaps

    private void tellOn() {
        final Membership member = losing.next();
        if (member == null) {
            losing = null;
            return;
        }
        try {
            member.tellOfGap();
        } catch (final Throwable t) {
            member.outlet().fail(t);
        }
    }
}
