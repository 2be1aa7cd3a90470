package io.godwit.reactor.broadcast;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.loop.Mailed;
import io.godwit.reactor.loop.Settled;
import io.godwit.reactor.metrics.LoopCounters;
import io.godwit.reactor.metrics.Metric;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.varhandle.MpscLinkedVarHandleQueue;

/**
 * What one loop has to deliver for all topics: subscriptions and publications stand in one queue, so that each publication
 * goes to those who were subscribed before it. In each cycle a bounded number of deliveries is made; where a walk over the
 * subscribers stops, the next cycle goes on. Loop only, but for {@link #reserve}, {@link #release}, {@link #add} and
 * {@link #refuse}.
 */
public final class Deliveries implements Mailed, Settled {

    /** What stands in the queue. */
    sealed interface Entry permits Membership, Publication {}

    /** So many publications to the same subscribers are delivered in one walk, to leave in one write to each. */
    private static final int RUN_MAX = 32;

    private static final int RUN_BYTES_MAX = 65_536;

    /** Long messages must not make a cycle long: past so many bytes the others have their turn. */
    private static final long CYCLE_BYTES_MAX = 8L << 20;

    private final EventLoop loop;
    private final LoopCounters counters;
    private final int deliveriesMax;
    private final int waitingMax;
    private final long waitingBytesMax;

    // --- any thread's

    private final MpscLinkedVarHandleQueue<Entry> queue = new MpscLinkedVarHandleQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicBoolean inMail = new AtomicBoolean();

    // --- the loop's

    private final Publication[] run = new Publication[RUN_MAX];
    private int runLength;
    private long runBytes;
    private boolean toSettle;

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
    }

    // --- from any thread

    /** {@return whether the loop has ended, so that nothing will be delivered any more} */
    public boolean isOver() {
        return loop.isClosed();
    }

    /**
     * Takes room for a publication.
     *
     * @param bytes its length
     * @return false where too many wait, or too long ones; the first one finds room however long it is
     */
    public boolean reserve(final int bytes) {
        long before;
        do {
            before = waitingBytes.get();
            if (before > 0 && before + bytes > waitingBytesMax) {
                return false;
            }
        } while (!waitingBytes.compareAndSet(before, before + bytes));
        int count;
        do {
            count = waiting.get();
            if (count >= waitingMax) {
                waitingBytes.addAndGet(-bytes);
                return false;
            }
        } while (!waiting.compareAndSet(count, count + 1));
        return true;
    }

    /**
     * Returns what {@link #reserve} took.
     *
     * @param bytes as many
     */
    public void release(final long bytes) {
        release(1, bytes);
    }

    private void release(final int publications, final long bytes) {
        waitingBytes.addAndGet(-bytes);
        waiting.addAndGet(-publications);
    }

    /** Counts a publication that found no room. */
    public void refuse() {
        if (loop.inLoop()) {
            counters.increment(Metric.TOPIC_DROPS);
        } else {
            counters.incrementFromOutside(Metric.TOPIC_DROPS);
        }
    }

    /**
     * Has something delivered, after what was added before.
     *
     * @param publication room was taken for it
     */
    public void add(final Publication publication) {
        enqueue(publication);
    }

    void add(final Membership due) {
        enqueue(due);
    }

    private void enqueue(final Entry entry) {
        queue.offer(entry);
        if (inMail.compareAndSet(false, true)) {
            loop.mail(this);
        }
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
        int left = deliveriesMax;
        long bytesLeft = CYCLE_BYTES_MAX;
        while (bytesLeft > 0 && left >= Math.max(1, runLength)) {
            if (runLength > 0) {
                left -= runLength;
                bytesLeft -= runBytes;
                walkOn();
            } else if (takeNext()) {
                // A subscription has its turn like a delivery: that bounds them too.
                left--;
            } else {
                break;
            }
        }
        toSettle = runLength > 0 || !queue.isEmpty();
        if (toSettle) {
            loop.settleLater(this);
        }
    }

    /** {@return whether there was something: a subscription, which is dealt with, or a run, which begins} */
    private boolean takeNext() {
        final Entry next = queue.poll();
        if (next instanceof Membership due) {
            visit(due);
        } else if (next instanceof Publication first) {
            beginRun(first);
        }
        return next != null;
    }

    private static void visit(final Membership due) {
        try {
            due.visit();
        } catch (final Throwable t) {
            // No memory to put it among the others: its connection is not left half subscribed.
            due.outlet().fail(t);
        }
    }

    private void beginRun(final Publication first) {
        addToRun(first);
        while (runLength < Math.min(RUN_MAX, deliveriesMax)
                && queue.relaxedPeek() instanceof Publication following
                && following.to() == first.to()
                && runBytes + following.bytes() <= RUN_BYTES_MAX) {
            queue.relaxedPoll();
            addToRun(following);
        }
        counters.add(Metric.TOPIC_MESSAGES, runLength);
        first.to().rewind();
    }

    private void addToRun(final Publication publication) {
        run[runLength++] = publication;
        runBytes += publication.bytes();
    }

    private void walkOn() {
        final Membership member = run[0].to().next();
        if (member != null) {
            deliverTo(member);
        } else {
            Arrays.fill(run, 0, runLength, null);
            release(runLength, runBytes);
            runLength = 0;
            runBytes = 0;
        }
    }

    private void deliverTo(final Membership member) {
        final Subscriber subscriber = member.subscriber();
        final Outlet outlet = member.outlet();
        int taken = 0;
        try {
            outlet.begin();
            for (int i = 0; i < runLength; i++) {
                // Asked each time: whoever unsubscribes gets nothing more.
                if (member.isWanted() && run[i].except() != subscriber && outlet.deliver(run[i].message())) {
                    taken++;
                }
            }
            outlet.finish();
        } catch (final Throwable t) {
            outlet.fail(t);
        }
        counters.add(Metric.TOPIC_DELIVERIES, taken);
    }
}
