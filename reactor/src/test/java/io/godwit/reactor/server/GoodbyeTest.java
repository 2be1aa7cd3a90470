package io.godwit.reactor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.InMemoryTransport;
import io.godwit.reactor.net.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is told of the end, and of when it is; on a loop that is stepped by hand and whose clock is set by the test. */
class GoodbyeTest {

    private static final Duration STEP = Duration.ofMillis(100);

    private final List<Duration> told = new ArrayList<>();
    private final List<Long> ended = new ArrayList<>();
    private final EventLoop loop;
    private final Connections connections = new Scarce();
    private long clockNs;
    private long tellNs;
    private boolean memoryIsOut;

    GoodbyeTest() throws IOException {
        loop = new EventLoop("test", LoopOptions.forConnections(8), () -> clockNs);
        loop.doWork();
    }

    @AfterEach
    void close() {
        loop.onClose();
    }

    /** Connections for a walk over which there may be no memory. */
    private final class Scarce extends Connections {
        Scarce() {
            super(new ConnectionIds(0, 1));
        }

        @Override
        public Iterator<Connection> iterator() {
            if (memoryIsOut) {
                memoryIsOut = false;
                throw new OutOfMemoryError("injected");
            }
            return super.iterator();
        }
    }

    /** Takes its time, whatever it is told. */
    private final class Slow implements Stage {
        @Override
        public void onBytes(final ByteBuffer in) {}

        @Override
        public void onInputEnd() {}

        @Override
        public void onMail() {}

        @Override
        public void onBacklog() {}

        @Override
        public void onDrained() {}

        @Override
        public void onDeadline(final long nowNs) {}

        @Override
        public void onShutdown(final long leftNs) {
            told.add(Duration.ofNanos(leftNs));
            clockNs += tellNs;
        }

        @Override
        public void onEnd(final Throwable cause) {}
    }

    private void connect() throws IOException {
        final Connection connection = new Connection(
                loop, connections.nextId(), InMemoryTransport.pair(100).peer(), gone -> {
                    connections.remove(gone);
                    ended.add(clockNs);
                });
        connection.stage(new Slow());
        connections.add(connection);
    }

    private Departure within(final Duration spread, final Duration left) {
        return new Departure(spread.toNanos(), clockNs + left.toNanos());
    }

    private void pass(final Duration time) throws IOException {
        for (long left = time.toNanos(); left > 0; left -= STEP.toNanos()) {
            clockNs += STEP.toNanos();
            int cycles = 0;
            while (loop.doWork() > 0) {
                assertThat(++cycles).isLessThan(1_000);
            }
        }
    }

    /** Each plans with the time that it was told: to answer until then what has come, and to say Close. */
    @Test
    void shouldTellThoseAgainWhoHaveLessTimeThanTheyWereTold() throws IOException {
        connect();
        final Goodbye goodbye = new Goodbye(loop, connections, within(Duration.ZERO, Duration.ofSeconds(60)));
        goodbye.go();
        assertThat(told).containsExactly(Duration.ofSeconds(60));
        pass(Duration.ofSeconds(2));
        goodbye.hasten(within(Duration.ZERO, Duration.ofSeconds(100)));
        goodbye.go();
        assertThat(told).as("there is no less time").hasSize(1);
        goodbye.hasten(within(Duration.ZERO, Duration.ofSeconds(10)));
        goodbye.go();
        assertThat(told).containsExactly(Duration.ofSeconds(60), Duration.ofSeconds(10));
        pass(Duration.ofSeconds(9));
        assertThat(ended).isEmpty();
        pass(Duration.ofSeconds(2));
        assertThat(ended).hasSize(1);
    }

    @Test
    void shouldTellThoseToWhomItHasNotComeYetOfTheSoonerEndOnly() throws IOException {
        for (int i = 0; i < 4; i++) {
            connect();
        }
        final Duration spread = Duration.ofSeconds(40);
        final Goodbye goodbye = new Goodbye(loop, connections, within(spread, Duration.ofSeconds(60)));
        goodbye.go();
        pass(Duration.ofSeconds(21));
        assertThat(told).hasSize(2);
        goodbye.hasten(within(Duration.ZERO, Duration.ofSeconds(5)));
        goodbye.go();
        assertThat(told).hasSize(6);
        assertThat(told.subList(2, 6)).containsOnly(Duration.ofSeconds(5));
        pass(Duration.ofSeconds(6));
        assertThat(ended).hasSize(4);
    }

    /** Also if it was extended again and again: nobody waits for a server longer than {@code close()} says. */
    @Test
    void shouldCutOffAtTheBoundOfCloseWhoeverHasNotGone() throws IOException {
        assertThat(Shutdown.longest(Timeouts.DEFAULT))
                .isEqualTo(Timeouts.DEFAULT.close().plusSeconds(30));
        for (int i = 0; i < 4; i++) {
            connect();
        }
        final Duration longest = Shutdown.longest(Timeouts.DEFAULT);
        new Goodbye(loop, connections, within(Duration.ZERO, longest)).go();
        pass(longest.minusSeconds(1));
        assertThat(ended).isEmpty();
        pass(Duration.ofSeconds(2));
        assertThat(ended).hasSize(4);
    }

    /** Each is delivered what its topics hold first: that may take long, and the loop has other things to do. */
    @Test
    void shouldTellForAboutAMillisecondInACycle() throws IOException {
        for (int i = 0; i < 8; i++) {
            connect();
        }
        tellNs = 400_000;
        new Goodbye(loop, connections, within(Duration.ZERO, Duration.ofSeconds(60))).go();
        assertThat(told).hasSize(3);
        loop.doWork();
        assertThat(told).hasSize(6);
        loop.doWork();
        assertThat(told).hasSize(8);
    }

    /** Else the loop would end without goodbye, or nobody would be cut off. */
    @Test
    void shouldGoOnInTheNextCycleIfThereWasNoMemory() throws IOException {
        connect();
        new Goodbye(loop, connections, within(Duration.ZERO, Duration.ofSeconds(60))).go();
        memoryIsOut = true;
        pass(Duration.ofSeconds(62));
        assertThat(memoryIsOut).as("it was out when the time was up").isFalse();
        assertThat(ended).hasSize(1);
    }

    /** Whoever waits for the server does so by the clock: a loop that stands still does not put the end off. */
    @Test
    void shouldCutOffByTheClockAfterAStall() throws IOException {
        connect();
        new Goodbye(loop, connections, within(Duration.ZERO, Duration.ofSeconds(60))).go();
        pass(Duration.ofSeconds(1));
        clockNs += Duration.ofMinutes(5).toNanos();
        pass(Duration.ofSeconds(2));
        assertThat(ended).hasSize(1);
    }
}
