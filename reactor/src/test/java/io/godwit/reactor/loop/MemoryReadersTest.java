package io.godwit.reactor.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Those who wait for memory to read, and those who make way for them. */
class MemoryReadersTest {

    private static final int BYTES_MAX = 1_600;
    private static final long STEP_NS = 100_000_000L;
    private static final int SAFE_STEPS = 10;

    private final EventLoop loop;
    private final MemoryBudget budget;
    private final List<String> events = new ArrayList<>();
    private long clockNs;

    MemoryReadersTest() throws IOException {
        loop = new EventLoop("test", new LoopOptions(64, 1, 64, BYTES_MAX, 0, 1, 2, 1, 1, 16), () -> clockNs);
        budget = loop.memory();
    }

    @AfterEach
    void close() {
        loop.onClose();
    }

    private void turn() throws IOException {
        for (int i = 0; i < 3; i++) {
            loop.doWork();
        }
    }

    private void pass(final int steps) throws IOException {
        for (int i = 0; i < steps; i++) {
            clockNs += STEP_NS;
            turn();
        }
    }

    private MemoryReader read(final String name, final int bytes, final int freeBytes) {
        final MemoryReader reader = () -> events.add(name);
        loop.awaitMemoryToRead(reader, bytes, freeBytes);
        return reader;
    }

    /** Holds that much, which it gives back when it makes way. */
    private MemoryHolder hold(final String name, final int bytes, final boolean peersTurn) {
        budget.takeAnyway(bytes);
        final MemoryHolder holder = new MemoryHolder() {
            @Override
            protected void giveWay() {
                events.add(name + " makes way");
                budget.give(bytes);
            }

            @Override
            protected long wouldGiveBytes() {
                return bytes;
            }

            @Override
            protected boolean isPeersTurn() {
                return peersTurn;
            }
        };
        loop.memoryHolders().add(holder, loop.nowNs());
        return holder;
    }

    @Test
    void shouldTellEachInTurnOnceWhatItNeedsIsFree() throws IOException {
        hold("one", 800, false);
        hold("other", 800, false);
        read("begins", 100, 400);
        read("goes on", 200, 200);
        read("last", 100, 400);
        turn();
        assertThat(events).isEmpty();
        assertThat(loop.readersWait()).isTrue();
        budget.give(200);
        turn();
        assertThat(events).as("who has begun something needs less").containsExactly("goes on");
        budget.give(200);
        turn();
        assertThat(events).containsExactly("goes on", "begins", "last");
        assertThat(loop.readersWait()).isFalse();
    }

    @Test
    void shouldHaveThoseMakeWayWhosePeersHaveDoneNothingForLongest() throws IOException {
        hold("idle", 600, true);
        pass(SAFE_STEPS / 2);
        hold("later", 500, true);
        hold("ours", 500, false);
        read("reader", 400, 400);
        turn();
        assertThat(events).as("for a second each is safe").isEmpty();
        // It is looked four times a second.
        pass(SAFE_STEPS / 2 + 3);
        assertThat(events).containsExactly("idle makes way", "reader");
    }

    @Test
    void shouldSpareAllIfNobodyWaits() throws IOException {
        hold("idle", BYTES_MAX, true);
        pass(3 * SAFE_STEPS);
        assertThat(events).isEmpty();
        assertThat(loop.timers().count()).isZero();
    }

    /** Who has paused reading waits in the line, and does not read when its turn comes: what would be free is of no use to it. */
    @Test
    void shouldHaveNobodyMakeWayForOneThatDoesNotWantToRead() throws IOException {
        final boolean[] paused = {true};
        hold("idle", 800, true);
        hold("other", 800, false);
        final MemoryReader reader = new MemoryReader() {
            @Override
            public void onMemory() {
                events.add("reader");
            }

            @Override
            public boolean wantsToRead() {
                return !paused[0];
            }
        };
        loop.awaitMemoryToRead(reader, 100, 400);
        pass(3 * SAFE_STEPS);
        assertThat(events).isEmpty();
        paused[0] = false;
        loop.tellOfMemory();
        turn();
        assertThat(events).containsExactly("idle makes way", "reader");
    }

    @Test
    void shouldHaveThoseMakeWayForTheFirstThatWantsToRead() throws IOException {
        hold("idle", 800, true);
        hold("other", 800, false);
        loop.awaitMemoryToRead(
                new MemoryReader() {
                    @Override
                    public void onMemory() {
                        events.add("paused");
                    }

                    @Override
                    public boolean wantsToRead() {
                        return false;
                    }
                },
                100,
                1_600);
        read("reader", 100, 400);
        pass(SAFE_STEPS + 3);
        assertThat(events).containsExactly("idle makes way", "reader");
    }

    /** They hold what the others wait for: the last that came makes way. */
    @Test
    void shouldEndAWaitForEachOther() throws IOException {
        hold("first", 800, false);
        hold("second", 800, false);
        read("reader of the first", 400, 500);
        pass(SAFE_STEPS - 1);
        assertThat(events).isEmpty();
        pass(3);
        assertThat(events).containsExactly("second makes way", "reader of the first");
    }

    /** Many would have to in its place. */
    @Test
    void shouldHaveTheOneMakeWayThatGivesMost() throws IOException {
        hold("first", 500, false);
        hold("longest", 1_000, false);
        hold("last", 100, false);
        read("reader", 400, 500);
        pass(SAFE_STEPS + 2);
        assertThat(events).containsExactly("longest makes way", "reader");
    }

    /** However many begin meanwhile, for which there is memory. */
    @Test
    void shouldEndAWaitForEachOtherAlthoughOthersBegin() throws IOException {
        hold("first", 700, false);
        hold("second", 700, false);
        read("reader of the first", 400, 500);
        for (int i = 0; i < SAFE_STEPS + 2; i++) {
            loop.awaitMemoryToRead(new Beginner(), 100, 150);
            pass(1);
        }
        assertThat(events.stream().filter("begins"::equals)).hasSize(SAFE_STEPS + 2);
        assertThat(events).contains("second makes way", "reader of the first").doesNotContain("first makes way");
    }

    private final class Beginner implements MemoryReader {
        @Override
        public void onMemory() {
            events.add("begins");
        }

        @Override
        public boolean holdsNothing() {
            return true;
        }
    }

    /** A line of thousands must not take hundreds of cycles. */
    @Test
    void shouldTellAllForWhomThereIsMemoryAtOnce() throws IOException {
        hold("one", 800, false);
        hold("other", 800, false);
        for (int i = 0; i < 1_000; i++) {
            read("reader", 100, 400);
        }
        turn();
        assertThat(events).isEmpty();
        budget.give(800);
        turn();
        assertThat(events).hasSize(1_000);
    }

    /** But others have their turn too. */
    @Test
    void shouldTellThemForAboutAMillisecondInACycle() throws IOException {
        hold("one", 800, false);
        hold("other", 800, false);
        for (int i = 0; i < 1_000; i++) {
            loop.awaitMemoryToRead(
                    () -> {
                        events.add("reader");
                        clockNs += 100_000;
                    },
                    1,
                    400);
        }
        turn();
        budget.give(1_600);
        loop.doWork();
        assertThat(events).hasSizeBetween(10, 40);
        for (int i = 0; i < 100; i++) {
            loop.doWork();
        }
        assertThat(events).hasSize(1_000);
    }

    /** What is held by nobody who could make way may be held for long: what is short is read all the same, of the reserve. */
    @Test
    void shouldReadALittleIfNobodyCanMakeWay() throws IOException {
        budget.takeAnyway(BYTES_MAX);
        read("reader", 100, 400);
        turn();
        assertThat(events).containsExactly("reader");
        budget.takeAnyway(budget.bytesMax() / 8);
        read("another", 100, 400);
        pass(3 * SAFE_STEPS);
        assertThat(events).as("the reserve is used up too").containsExactly("reader");
    }

    @Test
    void shouldForgetWhoHasEnded() throws IOException {
        hold("one", 800, false);
        hold("other", 800, false);
        final MemoryReader ended = read("ended", 100, 400);
        turn();
        loop.forgetWaiter(ended);
        assertThat(loop.readersWait()).isFalse();
        pass(3 * SAFE_STEPS);
        assertThat(events).as("nor does anybody make way for it").isEmpty();
        assertThat(loop.timers().count()).isZero();
    }

    /** Whoever is told may end others that wait. */
    @Test
    void shouldBearThatOneWhoEndsAnother() throws IOException {
        hold("one", 800, false);
        hold("other", 800, false);
        final MemoryReader[] second = new MemoryReader[1];
        loop.awaitMemoryToRead(
                () -> {
                    events.add("first");
                    loop.forgetWaiter(second[0]);
                },
                100,
                400);
        second[0] = read("second", 1_500, 1_500);
        turn();
        budget.give(400);
        turn();
        budget.give(1_200);
        turn();
        assertThat(events).containsExactly("first");
        assertThat(loop.readersWait()).isFalse();
    }

    /** However many hold a little: else a flood of heads that do not end would keep the line standing. */
    @Test
    void shouldHaveAsManyMakeWayAsItTakes() throws IOException {
        for (int i = 0; i < 200; i++) {
            hold("one", 8, true);
        }
        pass(SAFE_STEPS);
        read("reader", 100, 800);
        for (int i = 0; i < 5; i++) {
            turn();
        }
        assertThat(events).contains("reader");
        assertThat(events.indexOf("reader")).as("no more than it takes").isBetween(100, 128);
    }

    /** There may be very many of them: whoever looks for one to make way must not find them each time. */
    @Test
    void shouldNotLookAgainAndAgainAtThoseWhoWaitForUs() throws IOException {
        final int[] looks = {0};
        for (int i = 0; i < 100; i++) {
            loop.memoryHolders().add(new WaitsForUs(looks), loop.nowNs());
        }
        for (int i = 0; i < 50; i++) {
            hold("one", 32, true);
        }
        pass(SAFE_STEPS);
        read("reader", 100, 1_600);
        turn();
        assertThat(events).contains("reader").hasSize(51);
        assertThat(looks[0]).isLessThanOrEqualTo(200);
    }

    private static final class WaitsForUs extends MemoryHolder {
        private final int[] looks;

        WaitsForUs(final int[] looks) {
            this.looks = looks;
        }

        @Override
        protected void giveWay() {
            throw new AssertionError("its turn is ours");
        }

        @Override
        protected long wouldGiveBytes() {
            return 0;
        }

        @Override
        protected boolean isPeersTurn() {
            looks[0]++;
            return false;
        }
    }

    /** It costs nobody else its turn. */
    @Test
    void shouldTellTheOthersIfOneHasNoMemory() throws IOException {
        hold("one", 800, false);
        hold("other", 800, false);
        loop.awaitMemoryToRead(
                () -> {
                    throw new OutOfMemoryError("injected");
                },
                100,
                400);
        read("second", 100, 400);
        read("third", 100, 400);
        budget.give(800);
        pass(3);
        assertThat(events).containsExactly("second", "third");
        assertThat(loop.readersWait()).isFalse();
    }
}
