package io.godwit.reactor.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.reactor.endpoint.MailboxLimits;
import io.godwit.reactor.loop.HandoffPool;
import io.godwit.reactor.loop.Parcel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.varhandle.unpadded.SpscGrowableVarHandleUnpaddedArrayQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A mailbox whose turns the test runs itself. */
class MailboxTest {

    private static final int TURN = 16;

    private final HandoffPool pool = new HandoffPool(1 << 20, 1 << 24);
    private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
    private final List<Object> delivered = new ArrayList<>();
    private boolean held;
    private boolean memoryIsOut;
    private int rooms;
    private int finished;
    private Runnable during = () -> {};

    private final Mailbox.Recipient recipient = new Mailbox.Recipient() {
        @Override
        public void onTurn() {}

        @Override
        public boolean isHeld() {
            return held;
        }

        @Override
        public void deliver(final Parcel event) {
            delivered.add(event.label());
            during.run();
        }

        @Override
        public void onRoom() {
            rooms++;
        }

        @Override
        public void onFinished(final Object label) {
            delivered.add(label);
            finished++;
        }
    };

    @AfterEach
    void shouldGiveEverythingBack() {
        assertThat(pool.lentBytes()).isZero();
    }

    private Mailbox mailbox(final int messagesMax, final int bytesMax) {
        return new Mailbox(turns::add, new MailboxLimits(messagesMax, bytesMax), pool, recipient);
    }

    private Parcel parcel(final Object label, final int bytes) {
        final Parcel parcel = pool.acquire(bytes).label(label, 0);
        parcel.bytes().limit(bytes);
        return parcel;
    }

    private void runAll() {
        while (!turns.isEmpty()) {
            turns.poll().run();
        }
    }

    @Test
    void shouldDeliverInOrderWithOneTurnInTheQueue() {
        final Mailbox mailbox = mailbox(100, 1_000);
        mailbox.putNote("note");
        for (int i = 0; i < 3; i++) {
            assertThat(mailbox.put(parcel(i, 10))).isFalse();
        }
        assertThat(turns).hasSize(1);
        runAll();
        assertThat(delivered).containsExactly("note", 0, 1, 2);
        mailbox.put(parcel(3, 0));
        assertThat(turns).hasSize(1);
        runAll();
        assertThat(delivered).endsWith(3);
    }

    @Test
    void shouldGoBehindTheOthersAfterABatch() {
        final Mailbox mailbox = mailbox(100, 1_000);
        for (int i = 0; i < TURN + 1; i++) {
            mailbox.put(parcel(i, 1));
        }
        turns.poll().run();
        assertThat(delivered).hasSize(TURN);
        assertThat(turns).hasSize(1);
        runAll();
        assertThat(delivered).hasSize(TURN + 1);
    }

    @Test
    void shouldLookAgainWhereSomethingComesDuringATurn() {
        final Mailbox mailbox = mailbox(100, 1_000);
        mailbox.put(parcel("first", 1));
        held = false;
        during = () -> {
            during = () -> {};
            // Comes when the turn has taken what there was, and not ended yet.
            held = true;
            mailbox.schedule();
            mailbox.schedule();
        };
        turns.poll().run();
        assertThat(turns).as("once").hasSize(1);
        held = false;
        runAll();
        assertThat(delivered).containsExactly("first");
    }

    @Test
    void shouldBeFullAtTheLimitOfMessagesUntilHalfIsEmpty() {
        final Mailbox mailbox = mailbox(4, 1_000);
        for (int i = 0; i < 3; i++) {
            assertThat(mailbox.put(parcel(i, 1))).isFalse();
        }
        assertThat(mailbox.put(parcel(3, 1))).isTrue();
        assertThat(mailbox.isFull()).isTrue();
        final List<Boolean> fullDuring = new ArrayList<>();
        during = () -> fullDuring.add(mailbox.isFull());
        runAll();
        assertThat(fullDuring).containsExactly(true, true, false, false);
        assertThat(rooms).isOne();
    }

    @Test
    void shouldBeFullAtTheLimitOfBytesUntilHalfIsEmpty() {
        final Mailbox mailbox = mailbox(100, 1_000);
        assertThat(mailbox.put(parcel(0, 500))).isFalse();
        assertThat(mailbox.put(parcel(1, 100))).isFalse();
        assertThat(mailbox.put(parcel(2, 400))).isTrue();
        final List<Boolean> fullDuring = new ArrayList<>();
        during = () -> fullDuring.add(mailbox.isFull());
        runAll();
        assertThat(fullDuring).containsExactly(true, false, false);
        assertThat(rooms).isOne();
    }

    @Test
    void shouldTakeAMessageOfAnyLengthWhereItIsEmpty() {
        final Mailbox mailbox = mailbox(1, 10);
        assertThat(mailbox.put(parcel("giant", 1_000_000))).isTrue();
        assertThat(mailbox.isFull()).isTrue();
        runAll();
        assertThat(delivered).containsExactly("giant");
        assertThat(mailbox.isFull()).isFalse();
        assertThat(mailbox.put(parcel("next", 1))).isTrue();
        runAll();
        assertThat(rooms).isEqualTo(2);
    }

    @Test
    void shouldHaveRoomForNotesWhereItIsFull() {
        final Mailbox mailbox = mailbox(2, 10);
        mailbox.put(parcel(0, 1));
        mailbox.put(parcel(1, 1));
        for (int i = 0; i < 32; i++) {
            mailbox.putNote("note");
        }
        runAll();
        assertThat(delivered).hasSize(34).startsWith(0, 1, "note");
    }

    @Test
    void shouldRefuseWhatComesRegardlessOfItsBeingFull() {
        final Mailbox mailbox = mailbox(1, 10);
        for (int i = 0; i < 33; i++) {
            mailbox.put(parcel(i, 1));
        }
        assertThatIllegalStateException().isThrownBy(() -> mailbox.put(parcel("too many", 1)));
        runAll();
        assertThat(delivered).hasSize(33);
        assertThat(rooms).isOne();
    }

    @Test
    void shouldHoldWhatWaitsUntilItIsToLook() {
        final Mailbox mailbox = mailbox(10, 100);
        held = true;
        mailbox.put(parcel("held", 1));
        runAll();
        assertThat(delivered).isEmpty();
        held = false;
        mailbox.schedule();
        runAll();
        assertThat(delivered).containsExactly("held");
    }

    @Test
    void shouldEndWithTheLast() {
        final Mailbox mailbox = mailbox(10, 100);
        mailbox.put(parcel("message", 1));
        mailbox.putLast("last");
        during = mailbox::schedule;
        runAll();
        assertThat(finished).isOne();
        mailbox.schedule();
        assertThat(turns).isEmpty();
        assertThat(delivered).containsExactly("message", "last");
    }

    /** A queue for which there is no more memory when it has to grow. */
    @SuppressWarnings("serial")
    private final class Scarce extends SpscGrowableVarHandleUnpaddedArrayQueue<Parcel> {
        Scarce() {
            super(16, 128);
        }

        @Override
        public boolean offer(final Parcel event) {
            if (memoryIsOut) {
                throw new OutOfMemoryError("injected");
            }
            return super.offer(event);
        }
    }

    @Test
    void shouldCountNothingAndTellTheEndIfItCannotGrow() {
        final Mailbox mailbox = new Mailbox(turns::add, new MailboxLimits(3, 100), pool, recipient, new Scarce());
        mailbox.put(parcel("kept", 1));
        memoryIsOut = true;
        assertThatThrownBy(() -> mailbox.put(parcel("lost", 1))).isInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> mailbox.putNote("lost")).isInstanceOf(OutOfMemoryError.class);
        memoryIsOut = false;
        mailbox.put(parcel("kept too", 1));
        assertThat(mailbox.isFull()).as("by what was not taken").isFalse();
        memoryIsOut = true;
        // Else the connection's handler would never hear of its end, nor its place among the workers be left.
        mailbox.putLast("last");
        runAll();
        assertThat(delivered).containsExactly("kept", "kept too", "last");
        assertThat(finished).isOne();
    }

    @Test
    void shouldGoOnBehindWhatShouldNotHaveBeenThrown() {
        final Mailbox mailbox = mailbox(2, 100);
        mailbox.put(parcel("bad", 1));
        mailbox.put(parcel("good", 1));
        during = () -> {
            during = () -> {};
            throw new IllegalStateException("thrown by a test");
        };
        assertThatIllegalStateException().isThrownBy(turns.poll()::run);
        assertThat(turns).hasSize(1);
        runAll();
        assertThat(delivered).containsExactly("bad", "good");
        assertThat(rooms).isOne();
    }

    /** Counts what it gets, in order, and lets a producer go on. */
    private static final class Counting implements Mailbox.Recipient {
        private final CountDownLatch end = new CountDownLatch(1);
        private final AtomicInteger inside = new AtomicInteger();
        private volatile String mistake;
        private volatile boolean room;
        private int next;

        @Override
        public void onTurn() {}

        @Override
        public boolean isHeld() {
            return false;
        }

        @Override
        public void deliver(final Parcel event) {
            if (inside.incrementAndGet() != 1
                    || event.number() != next++
                    || event.bytes().getInt(0) != next - 1) {
                mistake = "number " + event.number() + " in place of " + (next - 1);
            }
            inside.decrementAndGet();
        }

        @Override
        public void onRoom() {
            room = true;
        }

        @Override
        public void onFinished(final Object label) {
            end.countDown();
        }
    }

    @Test
    void shouldLoseNothingBetweenThreads() throws InterruptedException {
        final int count = 200_000;
        final ExecutorService workers = Executors.newFixedThreadPool(3);
        final Counting counting = new Counting();
        final Mailbox mailbox = new Mailbox(workers, new MailboxLimits(64, 100_000), pool, counting);
        for (int i = 0; i < count; i++) {
            final Parcel parcel = parcel("message", 4);
            parcel.bytes().putInt(0, i);
            counting.room = false;
            if (mailbox.put(parcel.label(parcel.label(), i))) {
                // As the loop does: nothing more comes until there is room. Without a call it would wait for ever.
                while (!counting.room && mailbox.isFull()) {
                    Thread.onSpinWait();
                }
            }
        }
        mailbox.putLast("last");
        assertThat(counting.end.await(60, TimeUnit.SECONDS)).isTrue();
        workers.shutdown();
        assertThat(workers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(counting.mistake).isNull();
        assertThat(counting.next).isEqualTo(count);
    }
}
