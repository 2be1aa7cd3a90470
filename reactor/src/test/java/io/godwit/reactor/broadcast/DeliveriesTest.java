package io.godwit.reactor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.message.EncodedMessage;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveriesTest {

    private static final int DELIVERIES_MAX = 10;
    private static final int WAITING_MAX = 16;
    private static final LongConsumer NOTHING = position -> {};
    private static final LoopOptions OPTIONS =
            new LoopOptions(1_024, 1, 1_024, 40_000, 0, 8, WAITING_MAX, 2, DELIVERIES_MAX, 8);

    private long nowNs;
    private final EventLoop loop = new EventLoop("test-loop", OPTIONS, () -> nowNs);
    private final Deliveries deliveries = new Deliveries(loop);
    private final Subscribers subscribers = new Subscribers("topic", deliveries);

    DeliveriesTest() throws IOException {}

    @AfterEach
    void close() {
        loop.onClose();
    }

    /** A connection that writes down what it is given: the number that each message begins with. */
    private final class Peer implements Outlet {
        private final Subscriber subscriber;
        private final List<Integer> got = new ArrayList<>();
        private int writes;
        private Throwable failure;
        private Runnable inDelivery = () -> {};
        private LongConsumer before = NOTHING;
        private long closedAt = Long.MAX_VALUE;
        private int lost;
        private long lostBytes;

        Peer() {
            this(deliveries);
        }

        Peer(final Deliveries of) {
            subscriber = new Subscriber(of, this);
        }

        @Override
        public boolean begin() {
            writes++;
            return closedAt == Long.MAX_VALUE && before == NOTHING;
        }

        @Override
        public boolean takes(final long position) {
            return position < closedAt;
        }

        @Override
        public void sendBefore(final long position) {
            before.accept(position);
        }

        @Override
        public void lose(final int messages, final long bytes) {
            lost += messages;
            lostBytes += bytes;
        }

        @Override
        public boolean deliver(final EncodedMessage message) {
            inDelivery.run();
            final ByteBuffer frames = message.frames();
            got.add(frames.getInt(frames.limit() - message.payloadBytes()));
            return true;
        }

        @Override
        public void finish() {
            // Nothing is kept back here.
        }

        @Override
        public void fail(final Throwable thrown) {
            failure = thrown;
        }

        boolean join() {
            return subscriber.join(subscribers);
        }

        boolean leave() {
            return subscriber.leave("topic");
        }
    }

    private List<Peer> joined(final int count) {
        final List<Peer> peers =
                IntStream.range(0, count).mapToObj(i -> new Peer()).toList();
        peers.forEach(peer -> assertThat(peer.join()).isTrue());
        return peers;
    }

    private static EncodedMessage message(final int number, final int bytes) {
        return EncodedMessage.binary(ByteBuffer.allocate(bytes).putInt(0, number));
    }

    private boolean publish(final int number) {
        return publish(subscribers, message(number, 4), null);
    }

    private boolean publish(final Subscribers to, final EncodedMessage message, final Peer except) {
        return deliveries.add(new Publication(to, message, except == null ? null : except.subscriber));
    }

    private void stepToTheEnd() throws IOException {
        while (loop.doWork() > 0) {
            // As long as there is something to do.
        }
    }

    @Test
    void shouldReachAllInOrderWithinABoundForEachCycle() throws IOException {
        final List<Peer> peers = joined(25);
        for (int i = 0; i < 7; i++) {
            assertThat(publish(i)).isTrue();
        }
        long before = 0;
        int cycles = 0;
        while (loop.doWork() > 0) {
            final long delivered = loop.counters().get(Metric.TOPIC_DELIVERIES);
            assertThat(delivered - before).isBetween(0L, (long) DELIVERIES_MAX);
            before = delivered;
            cycles++;
        }
        assertThat(before).isEqualTo(25 * 7);
        assertThat(cycles).isGreaterThanOrEqualTo(18);
        assertThat(peers).allSatisfy(peer -> assertThat(peer.got).containsExactly(0, 1, 2, 3, 4, 5, 6));
        assertThat(loop.counters().get(Metric.TOPIC_MESSAGES)).isEqualTo(7);
    }

    @Test
    void shouldGatherWhatWaitsInOneWriteToEach() throws IOException {
        final List<Peer> peers = joined(3);
        stepToTheEnd();
        for (int i = 0; i < 5; i++) {
            publish(i);
        }
        stepToTheEnd();
        assertThat(peers).allSatisfy(peer -> assertThat(peer.writes).isOne());
    }

    @Test
    void shouldKeepTheOrderOverTopics() throws IOException {
        final Peer peer = joined(1).get(0);
        final Subscribers other = new Subscribers("other", deliveries);
        peer.subscriber.join(other);
        for (int i = 0; i < 6; i++) {
            publish(i % 2 == 0 ? subscribers : other, message(i, 4), null);
        }
        stepToTheEnd();
        assertThat(peer.got).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void shouldDeliverFromTheSubscriptionOn() throws IOException {
        final Peer early = joined(1).get(0);
        publish(0);
        final Peer late = joined(1).get(0);
        publish(1);
        stepToTheEnd();
        assertThat(early.got).containsExactly(0, 1);
        assertThat(late.got).containsExactly(1);
    }

    @Test
    void shouldSubscribeFromAPositionToAnother() throws IOException {
        final Peer peer = joined(1).get(0);
        assertThat(peer.join()).isFalse();
        stepToTheEnd();
        assertThat(peer.join()).isFalse();
        assertThat(subscribers.count()).isOne();
        publish(0);
        assertThat(peer.leave()).isTrue();
        assertThat(peer.leave()).isFalse();
        assertThat(subscribers.count()).isZero();
        publish(1);
        assertThat(peer.join()).isTrue();
        publish(2);
        assertThat(peer.leave()).isTrue();
        assertThat(peer.join()).isTrue();
        publish(3);
        assertThat(peer.leave()).isTrue();
        publish(4);
        stepToTheEnd();
        assertThat(peer.got).containsExactly(0, 2, 3);
        assertThat(subscribers.next()).as("who is left").isNull();

        assertThat(peer.join()).isTrue();
        assertThat(peer.leave()).isTrue();
        assertThat(peer.join()).isTrue();
        assertThat(peer.subscriber.isMember("topic")).isTrue();
        publish(5);
        stepToTheEnd();
        assertThat(peer.got).containsExactly(0, 2, 3, 5);
    }

    @Test
    void shouldTakeNoMoreOfTheQueueThanThereAreSubscriptions() throws IOException {
        final Peer peer = joined(1).get(0);
        for (int i = 0; i < 1_000; i++) {
            peer.leave();
            peer.join();
        }
        final int visits = loop.doWork();
        publish(0);
        stepToTheEnd();
        assertThat(visits).as("mail, and one settling").isEqualTo(2);
        assertThat(peer.got).containsExactly(0);
        assertThat(subscribers.count()).isOne();
    }

    @Test
    void shouldHaveNothingToDoForOneWhoIsSubscribedAlready() throws IOException {
        final Peer peer = joined(1).get(0);
        stepToTheEnd();
        assertThat(peer.join()).isFalse();
        assertThat(loop.doWork()).isZero();
    }

    @Test
    void shouldForgetAConnectionThatHasEnded() throws IOException {
        final List<Peer> peers = joined(3);
        stepToTheEnd();
        peers.get(1).subscriber.end();
        assertThat(subscribers.count()).isEqualTo(2);
        assertThat(peers.get(1).join()).isFalse();
        publish(0);
        stepToTheEnd();
        assertThat(peers.get(0).got).containsExactly(0);
        assertThat(peers.get(1).got).isEmpty();
        assertThat(peers.get(2).got).containsExactly(0);
        assertThat(subscribers.next()).isNotNull();
        assertThat(subscribers.next()).isNotNull();
        assertThat(subscribers.next()).as("who is left").isNull();
    }

    /** Who has left is forgotten once what was published before has been delivered, whatever those do who left earlier. */
    @Test
    void shouldForgetThoseWhoHaveLeftAlthoughAnotherComesAndGoes() throws IOException {
        final LoopOptions many = new LoopOptions(1_024, 1, 1_024, 10_000_000, 0, 8, 4_096, 2, 1_000, 8);
        final EventLoop behind = new EventLoop("behind", many, () -> nowNs);
        final Deliveries all = new Deliveries(behind);
        final Subscribers to = new Subscribers("topic", all);
        final Peer restless = new Peer(all);
        final List<Peer> others =
                IntStream.range(0, 5).mapToObj(i -> new Peer(all)).toList();
        others.forEach(peer -> assertThat(peer.subscriber.join(to)).isTrue());
        for (int cycle = 0; cycle < 400; cycle++) {
            restless.subscriber.join(to);
            all.add(new Publication(to, message(cycle, 4), null));
            restless.leave();
            while (all.add(new Publication(to, message(cycle, 4), null))) {
                // There is always much to deliver.
            }
            behind.doWork();
            if (cycle == 20) {
                others.forEach(Peer::leave);
            }
        }
        assertThat(others)
                .allSatisfy(peer -> assertThat(peer.subscriber.of("topic")).isNull());
        behind.onClose();
    }

    @Test
    void shouldLookAtThoseWhoLeaveOnceTheyCanGo() throws IOException {
        final int leavers = 1_000;
        // A turn when it leaves, and one when it can go, however many rounds there are between them.
        assertThat(cyclesWith(leavers, 0)).isLessThan(cyclesWith(0, 0) + 2 * leavers / DELIVERIES_MAX + 10);
    }

    /** In each round some of them can go: the others are not looked at for that. */
    @Test
    void shouldLookAtThoseWhoLeaveOneAfterTheOtherOnceTheyCanGo() throws IOException {
        final int leavers = 1_000;
        assertThat(cyclesWith(leavers, 4)).isLessThan(cyclesWith(0, 4) + 2 * leavers / DELIVERIES_MAX + 10);
    }

    /** What was for them is over at once: there is nothing to wait for. */
    @Test
    void shouldLookOnceAtThoseWhoComeAndGoWithNothingBetween() throws IOException {
        final int restless = 1_000;
        assertThat(cyclesBeside(restless)).isLessThan(cyclesBeside(0) + restless / DELIVERIES_MAX + 10);
    }

    /** {@return how many cycles it takes to deliver what is published to a topic while so many come and go} */
    private int cyclesBeside(final int restless) throws IOException {
        final int published = 1_024;
        final LoopOptions many = new LoopOptions(1_024, 1, 1_024, 40_000_000, 0, 8, published, 2, DELIVERIES_MAX, 8);
        final EventLoop behind = new EventLoop("behind", many, () -> nowNs);
        final Deliveries all = new Deliveries(behind);
        final Subscribers to = new Subscribers("topic", all);
        final Peer stays = new Peer(all);
        stays.subscriber.join(to);
        for (int i = 0; i < published; i++) {
            assertThat(all.add(new Publication(to, message(i, 4), null))).isTrue();
        }
        final List<Peer> peers =
                IntStream.range(0, restless).mapToObj(i -> new Peer(all)).toList();
        for (final Peer peer : peers) {
            assertThat(peer.subscriber.join(to)).isTrue();
            peer.leave();
        }
        int cycles = 0;
        while (behind.doWork() > 0) {
            cycles++;
        }
        behind.onClose();
        assertThat(stays.got).hasSize(published);
        assertThat(peers).allSatisfy(peer -> assertThat(peer.got).isEmpty());
        return cycles;
    }

    @Test
    void shouldForgetOneWhoHasLeftOnceAllThatWasPublishedBeforeHasBeenDelivered() throws IOException {
        final int full = 4_096;
        final LoopOptions many = new LoopOptions(1_024, 1, 1_024, 40_000_000, 0, 8, full, 2, 64, 8);
        final EventLoop behind = new EventLoop("behind", many, () -> nowNs);
        final Deliveries all = new Deliveries(behind);
        final Subscribers to = new Subscribers("topic", all);
        final List<Peer> peers =
                IntStream.range(0, 3).mapToObj(i -> new Peer(all)).toList();
        peers.forEach(peer -> peer.subscriber.join(to));
        long[] left = {0, 0};
        long walked = 0;
        for (int cycle = 0; peers.get(1).subscriber.of("topic") != null; cycle++) {
            assertThat(cycle).isLessThan(10 * full);
            while (all.add(new Publication(to, message(cycle, 4), null))) {
                // There is always much to deliver.
            }
            if (cycle == 0 || cycle == 8) {
                peers.get(cycle / 8).leave();
                left[cycle / 8] = all.head();
            }
            behind.doWork();
            walked = all.walked();
        }
        assertThat(left[1]).as("it left after the first one").isGreaterThan(left[0]);
        assertThat(walked - left[1]).isBetween(0L, full / 4L);
        behind.onClose();
    }

    /**
     * Has all leave one topic while much is published to another one.
     *
     * @param apart how many publications there are between two who leave; 0: they leave when all is published
     * @return how many cycles it takes to deliver all of it
     */
    private int cyclesWith(final int leavers, final int apart) throws IOException {
        final int published = 4_096;
        final LoopOptions many = new LoopOptions(1_024, 1, 1_024, 40_000_000, 0, 8, published, 2, DELIVERIES_MAX, 8);
        final EventLoop behind = new EventLoop("behind", many, () -> nowNs);
        final Deliveries all = new Deliveries(behind);
        final Subscribers left = new Subscribers("topic", all);
        final Subscribers other = new Subscribers("other", all);
        final Peer stays = new Peer(all);
        final List<Peer> peers =
                IntStream.range(0, leavers).mapToObj(i -> new Peer(all)).toList();
        stays.subscriber.join(other);
        peers.forEach(peer -> peer.subscriber.join(left));
        while (behind.doWork() > 0) {
            // They become subscribers.
        }
        for (int i = 0; i < published; i++) {
            assertThat(all.add(new Publication(other, message(i, 4), null))).isTrue();
            if (apart > 0 && i % apart == 0 && i / apart < leavers) {
                peers.get(i / apart).leave();
            }
        }
        peers.forEach(Peer::leave);
        int cycles = 0;
        while (behind.doWork() > 0) {
            cycles++;
        }
        behind.onClose();
        assertThat(stays.got).hasSize(published);
        assertThat(peers)
                .allSatisfy(peer -> assertThat(peer.subscriber.of("topic")).isNull());
        return cycles;
    }

    @Test
    void shouldStayAmongTheSubscribersIfItComesAgainWhileItWaitsToGo() throws IOException {
        final List<Peer> peers = joined(3 * DELIVERIES_MAX);
        stepToTheEnd();
        for (int i = 0; i < WAITING_MAX; i++) {
            publish(i);
        }
        final Peer again = peers.get(0);
        final Peer ended = peers.get(1);
        again.leave();
        ended.leave();
        loop.doWork();
        loop.doWork();
        assertThat(again.got).as("it waits").hasSizeLessThan(WAITING_MAX);
        again.join();
        ended.subscriber.end();
        stepToTheEnd();
        publish(WAITING_MAX);
        stepToTheEnd();
        assertThat(again.got)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(0, WAITING_MAX).boxed().toList());
        assertThat(subscribers.count()).isEqualTo(peers.size() - 1);
        again.leave();
        stepToTheEnd();
        assertThat(again.subscriber.of("topic")).as("its turn").isNull();
    }

    @Test
    void shouldNotTakeInAConnectionThatEndedBeforeItsTurn() throws IOException {
        final Peer peer = joined(1).get(0);
        peer.subscriber.end();
        stepToTheEnd();
        assertThat(subscribers.count()).isZero();
        assertThat(subscribers.next()).isNull();
    }

    @Test
    void shouldLeaveOutTheOneWhoSentIt() throws IOException {
        final List<Peer> peers = joined(3);
        publish(subscribers, message(0, 4), peers.get(1));
        publish(1);
        stepToTheEnd();
        assertThat(peers.get(0).got).containsExactly(0, 1);
        assertThat(peers.get(1).got).containsExactly(1);
    }

    @Test
    void shouldRefuseWhatIsTooManyOrTooMuch() throws IOException {
        joined(1);
        for (int i = 0; i < WAITING_MAX; i++) {
            assertThat(publish(i)).isTrue();
        }
        assertThat(publish(WAITING_MAX)).as("one too many").isFalse();
        stepToTheEnd();

        // A quarter of the loop's memory is 10,000 bytes here.
        assertThat(publish(subscribers, message(0, 50_000), null))
                .as("more than all of the loop's memory")
                .isFalse();
        assertThat(publish(subscribers, message(0, 16_000), null))
                .as("too long, but the first")
                .isTrue();
        assertThat(publish(1)).as("behind it").isFalse();
        stepToTheEnd();
        assertThat(publish(subscribers, message(0, 6_000), null)).isTrue();
        assertThat(publish(subscribers, message(0, 6_000), null))
                .as("too much together")
                .isFalse();
        assertThat(publish(1)).isTrue();
        stepToTheEnd();
        assertThat(publish(subscribers, message(0, 9_800), null))
                .as("all room is given back")
                .isTrue();
        stepToTheEnd();
    }

    @Test
    void shouldLiveOnWhereADeliveryThrows() throws IOException {
        final List<Peer> peers = joined(3);
        peers.get(1).inDelivery = () -> {
            throw new IllegalStateException("thrown by a test");
        };
        publish(0);
        stepToTheEnd();
        assertThat(peers.get(0).got).containsExactly(0);
        assertThat(peers.get(1).failure).hasMessage("thrown by a test");
        assertThat(peers.get(2).got).containsExactly(0);
    }

    @Test
    void shouldDeliverToOneWhoLeavesInADeliveryWhatWasPublishedBefore() throws IOException {
        final Peer peer = joined(1).get(0);
        stepToTheEnd();
        peer.inDelivery = peer::leave;
        publish(0);
        publish(1);
        stepToTheEnd();
        publish(2);
        stepToTheEnd();
        assertThat(peer.got).containsExactly(0, 1);
        assertThat(subscribers.next()).isNull();
    }

    @Test
    void shouldDeliverAheadOfTheWalkAndNotTwice() throws IOException {
        final List<Peer> peers = joined(15);
        final Subscribers other = new Subscribers("other", deliveries);
        peers.get(12).subscriber.join(other);
        publish(0);
        publish(other, message(1, 4), null);
        publish(2);
        publish(subscribers, message(3, 4), peers.get(12));
        peers.get(12).subscriber.catchUp(2);
        assertThat(peers.get(12).got).containsExactly(0, 1);
        loop.doWork();
        loop.doWork();
        peers.get(12).subscriber.catchUp(peers.get(12).subscriber.head());
        assertThat(peers.get(12).got).containsExactly(0, 1, 2);
        stepToTheEnd();
        assertThat(peers.get(12).got).containsExactly(0, 1, 2);
        assertThat(peers.get(13).got).containsExactly(0, 2, 3);
    }

    /** The walk stops in the middle of a run, with some members met and others not; then any of them sends something itself. */
    @Test
    void shouldNotDeliverAgainToThoseWhomTheWalkHasMet() throws IOException {
        final List<Peer> peers = joined(8);
        stepToTheEnd();
        for (int i = 0; i < 4; i++) {
            publish(i);
        }
        loop.doWork();
        assertThat(peers.stream().filter(peer -> !peer.got.isEmpty()))
                .as("the walk has met")
                .hasSizeBetween(1, peers.size() - 1);
        peers.forEach(peer -> peer.subscriber.catchUp(peer.subscriber.head() - 1));
        assertThat(peers).allSatisfy(peer -> assertThat(peer.got).startsWith(0, 1, 2));
        publish(4);
        peers.forEach(peer -> peer.subscriber.catchUp(peer.subscriber.head()));
        assertThat(peers).allSatisfy(peer -> assertThat(peer.got).containsExactly(0, 1, 2, 3, 4));
        stepToTheEnd();
        publish(5);
        stepToTheEnd();
        assertThat(peers).allSatisfy(peer -> assertThat(peer.got).containsExactly(0, 1, 2, 3, 4, 5));
    }

    /** Subscribed again, a connection is delivered to by its intervals until the walk is past them. */
    @Test
    void shouldDeliverNothingThatLayBetweenTwoSubscriptions() throws IOException {
        final Peer peer = joined(1).get(0);
        publish(0);
        stepToTheEnd();
        publish(1);
        peer.leave();
        publish(2);
        peer.join();
        publish(3);
        stepToTheEnd();
        publish(4);
        stepToTheEnd();
        assertThat(peer.got).containsExactly(0, 1, 3, 4);
    }

    @Test
    void shouldHaveWhatWasSentBeforeAPublicationGoFirst() throws IOException {
        final Peer peer = joined(1).get(0);
        publish(0);
        publish(1);
        final List<String> order = new ArrayList<>();
        peer.before = position -> order.add("before " + position);
        peer.inDelivery = () -> order.add("delivery");
        stepToTheEnd();
        assertThat(order).containsExactly("before 0", "delivery", "before 1", "delivery");
    }

    @Test
    void shouldDeliverWhatWasPublishedBeforeAClose() throws IOException {
        final Peer peer = joined(1).get(0);
        publish(0);
        peer.closedAt = peer.subscriber.head();
        publish(1);
        stepToTheEnd();
        assertThat(peer.got).containsExactly(0);
    }

    @Test
    void shouldTellOfAGapThoseWhoWereSubscribed() throws IOException {
        final List<Peer> peers = joined(12);
        for (int i = 0; i < WAITING_MAX; i++) {
            publish(i);
        }
        for (int i = 0; i < 5; i++) {
            assertThat(publish(100)).isFalse();
            subscribers.lose(6);
        }
        peers.get(3).leave();
        stepToTheEnd();
        publish(200);
        final Peer late = joined(1).get(0);
        stepToTheEnd();
        assertThat(peers.get(0).lost).isEqualTo(5);
        assertThat(peers.get(11).lost).isEqualTo(5);
        assertThat(peers.get(11).got).hasSize(WAITING_MAX + 1).endsWith(200);
        assertThat(peers.get(3).lost).as("before it left").isEqualTo(5);
        assertThat(late.lost).isZero();
    }

    /** While the log is full, all of it happens at one position. */
    @Test
    void shouldTellOfWhatWasLostWhileTheyWereSubscribedAndOfNothingElse() throws IOException {
        final List<Peer> peers = joined(3);
        stepToTheEnd();
        for (int i = 0; i < WAITING_MAX; i++) {
            publish(i);
        }
        final Peer restless = new Peer();
        subscribers.lose(6);
        for (int i = 0; i < 100; i++) {
            restless.join();
            subscribers.lose(6);
            subscribers.lose(7);
            restless.leave();
            subscribers.lose(6);
        }
        final Peer late = joined(1).get(0);
        peers.get(0).leave();
        peers.get(1).leave();
        peers.get(1).join();
        subscribers.lose(6);
        peers.get(1).leave();
        peers.get(2).subscriber.end();
        subscribers.lose(6);
        stepToTheEnd();
        assertThat(restless.lost).isEqualTo(200);
        assertThat(restless.lostBytes).isEqualTo(1_300);
        assertThat(restless.got).isEmpty();
        assertThat(late.lost).isEqualTo(2);
        assertThat(peers.get(0).lost).as("until it left").isEqualTo(301);
        assertThat(peers.get(1).lost).as("until it left again").isEqualTo(302);
        assertThat(peers.get(2).lost).as("until it ended").isEqualTo(302);
        assertThat(late.subscriber.of("topic")).isNotNull();
        assertThat(restless.subscriber.of("topic")).as("all has been told").isNull();
        stepToTheEnd();
        assertThat(late.lost).as("once").isEqualTo(2);
    }

    /** Nothing is published, and so nothing waits: it goes at its first turn. */
    @Test
    void shouldTellOneWhoComesAndGoesBeforeItsTurn() throws IOException {
        final Peer peer = joined(1).get(0);
        subscribers.lose(6);
        peer.leave();
        stepToTheEnd();
        assertThat(peer.lost).isOne();
        assertThat(peer.subscriber.of("topic")).isNull();
        peer.join();
        stepToTheEnd();
        assertThat(peer.lost).as("once").isOne();
    }

    /** What others lose while it comes or goes may be told or not, but never twice. */
    @Test
    void shouldTellOfEachOnceWhicheverThreadsLoseIt() throws Exception {
        final Peer steady = joined(1).get(0);
        final Peer restless = new Peer();
        final int losses = 20_000;
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            threads.add(new Thread(() -> IntStream.range(0, losses).forEach(n -> subscribers.lose(6))));
        }
        threads.add(new Thread(() -> {
            for (int i = 0; i < losses; i++) {
                restless.join();
                subscribers.lose(6);
                restless.leave();
            }
        }));
        threads.forEach(Thread::start);
        while (threads.stream().anyMatch(Thread::isAlive)) {
            loop.doWork();
        }
        stepToTheEnd();
        assertThat(steady.lost).isEqualTo(3 * losses);
        assertThat(steady.lostBytes).isEqualTo(6L * steady.lost);
        assertThat(restless.lost).isBetween(losses, 3 * losses);
        assertThat(restless.lostBytes).isEqualTo(6L * restless.lost);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 40})
    void shouldSkipNobodyAndMeetNobodyTwiceWhateverChanges(final int crowd) throws IOException {
        final long seed = Long.getLong("godwit.seed", System.nanoTime());
        final Random random = new Random(seed);
        final List<Peer> all = new ArrayList<>();
        final Map<Peer, TreeSet<Integer>> due = new HashMap<>();
        final Map<Peer, TreeSet<Integer>> left = new HashMap<>();
        int published = 0;
        for (int turn = 0; turn < 3_000; turn++) {
            final int what = random.nextInt(10);
            if (what < 3 && due.size() < crowd) {
                final Peer peer = joined(1).get(0);
                all.add(peer);
                due.put(peer, new TreeSet<>());
            } else if (what < 5 && !due.isEmpty()) {
                final Peer peer = List.copyOf(due.keySet()).get(random.nextInt(due.size()));
                final TreeSet<Integer> numbers = due.remove(peer);
                if (what == 3) {
                    peer.subscriber.end();
                } else {
                    peer.leave();
                    left.put(peer, numbers);
                }
            } else if (what < 8) {
                final int number = published;
                if (publish(number)) {
                    published++;
                    due.values().forEach(numbers -> numbers.add(number));
                }
            } else {
                loop.doWork();
            }
        }
        stepToTheEnd();
        assertThat(all).as("seed " + seed).allSatisfy(peer -> {
            assertThat(peer.got).as("in order, none twice").containsExactlyElementsOf(new TreeSet<>(peer.got));
            assertThat(peer.got).containsAll(due.getOrDefault(peer, new TreeSet<>()));
        });
        assertThat(left).allSatisfy((peer, numbers) -> assertThat(peer.got).containsExactlyElementsOf(numbers));
        assertThat(due).allSatisfy((peer, numbers) -> assertThat(peer.got).containsExactlyElementsOf(numbers));
        assertThat(subscribers.count()).isEqualTo(due.size());
    }

    /** What comes meanwhile has its turn afterwards, or nothing else would ever be done. */
    @Test
    void shouldDeliverAlthoughOthersSubscribeAndLeaveAllTheTime() throws IOException {
        final Peer steady = joined(1).get(0);
        final List<Peer> restless = joined(4 * DELIVERIES_MAX);
        stepToTheEnd();
        for (int i = 0; i < WAITING_MAX; i++) {
            publish(i);
        }
        for (int cycle = 0; cycle < 1_000; cycle++) {
            for (final Peer peer : restless) {
                if (!peer.leave()) {
                    peer.join();
                }
            }
            loop.doWork();
        }
        assertThat(steady.got)
                .containsExactlyElementsOf(
                        IntStream.range(0, WAITING_MAX).boxed().toList());
    }

    @Test
    void shouldDeliverAlthoughOthersLoseSomethingAllTheTime() throws IOException {
        final Subscribers losing = new Subscribers("losing", deliveries);
        final List<Peer> losers = new ArrayList<>();
        for (int i = 0; i < 4 * DELIVERIES_MAX; i++) {
            losers.add(new Peer());
            losers.get(i).subscriber.join(losing);
        }
        final Peer steady = joined(1).get(0);
        stepToTheEnd();
        for (int i = 0; i < WAITING_MAX; i++) {
            publish(i);
        }
        final int cycles = 200;
        for (int cycle = 0; cycle < cycles; cycle++) {
            losing.lose(6);
            loop.doWork();
        }
        assertThat(steady.got).hasSize(WAITING_MAX);
        stepToTheEnd();
        assertThat(losers).allSatisfy(peer -> assertThat(peer.lost).isEqualTo(cycles));
    }

    /** A delivery to a slow socket takes a tenth of a millisecond: the next cycle goes on where this one has stopped. */
    @Test
    void shouldDeliverForAboutAMillisecondInACycle() throws IOException {
        final LoopOptions many = new LoopOptions(1_024, 1, 1_024, 100_000, 0, 8, WAITING_MAX, 2, 10_000, 8);
        final EventLoop timed = new EventLoop("timed", many, () -> nowNs);
        final Deliveries all = new Deliveries(timed);
        final Subscribers to = new Subscribers("timed", all);
        final List<Integer> got = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            final int number = i;
            final Peer slow = new Peer(all);
            slow.inDelivery = () -> {
                nowNs += 100_000;
                got.add(number);
            };
            assertThat(slow.subscriber.join(to)).isTrue();
        }
        while (timed.doWork() > 0) {
            // Until all are subscribed.
        }
        assertThat(all.add(new Publication(to, message(1, 4), null))).isTrue();
        int cycles = 0;
        int before = 0;
        while (timed.doWork() > 0) {
            assertThat(got.size() - before).as("deliveries in a cycle").isLessThanOrEqualTo(32);
            before = got.size();
            cycles++;
        }
        assertThat(cycles).isGreaterThan(5);
        assertThat(got).hasSize(200).doesNotHaveDuplicates();
        timed.onClose();
    }
}
