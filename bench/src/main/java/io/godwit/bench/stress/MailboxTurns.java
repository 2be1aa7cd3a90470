package io.godwit.bench.stress;

import io.godwit.reactor.endpoint.MailboxLimits;
import io.godwit.reactor.loop.HandoffPool;
import io.godwit.reactor.loop.Parcel;
import io.godwit.reactor.worker.Mailbox;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIJ_Result;

/**
 * The turns of a mailbox, while its loop puts and a worker takes: nothing that was put is left without a turn, and there is
 * one turn at a time; all that was lent comes back.
 */
@JCStressTest
@Outcome(id = "3, 0, 0", expect = Expect.ACCEPTABLE, desc = "All delivered, in order, one turn at a time")
@Outcome(expect = Expect.FORBIDDEN, desc = "Lost, doubled, out of order, or not given back")
@State
public class MailboxTurns {

    private final HandoffPool pool = new HandoffPool(1 << 16, 1 << 16);
    private final Turns turns = new Turns();
    private final Mailbox mailbox = new Mailbox(turns, new MailboxLimits(2, 1_024), pool, turns);

    @Actor
    public void loop() {
        for (int i = 0; i < 3; i++) {
            mailbox.put(pool.acquire(1).label(i, 0));
        }
    }

    @Actor
    public void worker() {
        for (int i = 0; i < 3; i++) {
            turns.take();
        }
    }

    @Arbiter
    public void workerGoesOn(final IIJ_Result result) {
        while (turns.take()) {
            // Until nothing is due.
        }
        result.r1 = turns.delivered;
        result.r2 = turns.faults.get() + (mailbox.isFull() ? 1 : 0);
        result.r3 = pool.lentBytes();
    }

    /** The workers' queue, in which there can be one turn at most, and whoever the events are for. */
    private static final class Turns implements Executor, Mailbox.Recipient {

        private final AtomicReference<Runnable> waiting = new AtomicReference<>();
        private final AtomicInteger faults = new AtomicInteger();
        private int delivered;

        boolean take() {
            final Runnable due = waiting.getAndSet(null);
            if (due != null) {
                due.run();
            }
            return due != null;
        }

        @Override
        public void execute(final Runnable due) {
            if (!waiting.compareAndSet(null, due)) {
                faults.incrementAndGet();
            }
        }

        @Override
        public void onTurn() {}

        @Override
        public boolean isHeld() {
            return false;
        }

        @Override
        public void deliver(final Parcel event) {
            if (!event.label().equals(delivered++)) {
                faults.incrementAndGet();
            }
        }

        @Override
        public void onRoom() {}

        @Override
        public void onFinished(final Object label) {}
    }
}
