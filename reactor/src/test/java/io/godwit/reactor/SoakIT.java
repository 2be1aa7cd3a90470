package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hundreds of well-behaved clients, and beside them all that has brought other servers down: the echoes stay right and in
 * order, and at the end there is as much of everything as there was at the beginning. A minute; {@code
 * -Dgodwit.soak.seconds=…} sets another time.
 */
@Tag("soak")
class SoakIT {

    private static final long SECONDS = Long.getLong("godwit.soak.seconds", 60);
    private static final long SEED = Long.getLong("godwit.seed", System.nanoTime());
    private static final int WELL_BEHAVED = 500;
    private static final int HOSTILE_THREADS = 8;
    private static final List<String> BESIEGED = List.of("/besieged/loop", "/besieged/workers");

    /** What classes, compiled code's data and the like may take in addition once all have run for a while. */
    private static final long HEAP_BYTES_TOLERANCE = 8L << 20;

    /** The loop keeps so much of what was given back, for the next who need it. */
    private static final long DIRECT_BYTES_TOLERANCE =
            LoopOptions.forConnections(WELL_BEHAVED).keptBytesMax();

    private static final long JOIN_MS = TimeUnit.SECONDS.toMillis(60);

    /** Echoes, and counts how often the connections of its endpoint open and close. */
    private static final class CountingEcho implements WebSocketHandler {
        private final AtomicLong opened = new AtomicLong();
        private final AtomicLong closed = new AtomicLong();
        private final AtomicLong disordered = new AtomicLong();

        @Override
        public void onOpen(final WebSocket ws) {
            opened.incrementAndGet();
            expect(ws, null);
            ws.attach("open");
        }

        @Override
        public void onMessage(final WebSocket ws, final Message message) {
            expect(ws, "open");
            ws.send(message);
        }

        @Override
        public void onClose(final WebSocket ws, final int code, final String reason) {
            closed.incrementAndGet();
            expect(ws, "open");
            ws.attach("closed");
        }

        boolean isOpen() {
            return closed.get() < opened.get();
        }

        private void expect(final WebSocket ws, final String state) {
            final String is = ws.attachment();
            if (is != state) {
                disordered.incrementAndGet();
            }
        }
    }

    private final CountingEcho echo = new CountingEcho();
    private final CountingEcho besieged = new CountingEcho();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private volatile boolean stopped;

    private static ServerOptions options() {
        return ServerOptions.DEFAULT.withTimeouts(new Timeouts(
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1)));
    }

    private Endpoint besiegedEndpoint() {
        return Endpoint.of(besieged)
                .withLimits(EndpointLimits.DEFAULT.withOutbound(
                        new OutboundLimits(20_000, 200_000, SlowConsumerPolicy.CLOSE, Duration.ofSeconds(2))));
    }

    @Test
    void shouldEndWithNoMoreThanItBeganWith() throws Exception {
        System.out.println("soak of " + SECONDS + " s: -Dgodwit.seed=" + SEED);
        try (CheckedServer server = CheckedServer.with(builder -> builder.endpoint("/loop", echo)
                .endpoint("/workers", Endpoint.of(echo).onWorkers())
                .endpoint("/besieged/loop", besiegedEndpoint())
                .endpoint("/besieged/workers", besiegedEndpoint().onWorkers())
                .options(options()))) {
            final Leftovers leftovers = new Leftovers(server);
            // All of it once, so that what is loaded, compiled and kept for ever is there at the beginning.
            besiege(server, TimeUnit.SECONDS.toNanos(Math.min(5, SECONDS)));
            leftovers.awaitNone("the first round");
            final long heapBytes = heapBytesAfterGc();
            final long directBytes = directBytes();
            besiege(server, TimeUnit.SECONDS.toNanos(SECONDS));
            leftovers.awaitNone("the soak");
            assertThat(heapBytesAfterGc() - heapBytes)
                    .as("growth of the heap, in bytes, over " + heapBytes + "; seed " + SEED)
                    .isLessThan(HEAP_BYTES_TOLERANCE);
            assertThat(directBytes() - directBytes)
                    .as("growth of direct memory, in bytes, over " + directBytes + "; seed " + SEED)
                    .isLessThan(DIRECT_BYTES_TOLERANCE);
            assertEachEndedOnce(server);
        }
    }

    private void assertEachEndedOnce(final CheckedServer server) {
        // What runs on workers may end a little later than its connection.
        final long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(JOIN_MS);
        while ((echo.isOpen() || besieged.isOpen()) && System.nanoTime() < endNs) {
            Thread.onSpinWait();
        }
        assertThat(besieged.closed).as("onClose for each onOpen").hasValue(besieged.opened.get());
        assertThat(echo.closed).as("onClose for each onOpen").hasValue(2 * WELL_BEHAVED);
        assertThat(besieged.disordered)
                .as("callbacks before onOpen or after onClose")
                .hasValue(0);
        assertThat(echo.disordered)
                .as("callbacks before onOpen or after onClose")
                .hasValue(0);
        assertThat(server.count(Metric.WEBSOCKETS_OPENED)).isEqualTo(besieged.opened.get() + 2 * WELL_BEHAVED);
        assertThat(server.count(Metric.WEBSOCKETS_CLOSED)).isEqualTo(server.count(Metric.WEBSOCKETS_OPENED));
    }

    /** Well-behaved and hostile clients together for so long; at the end none of them is left. */
    private void besiege(final CheckedServer server, final long durationNs) throws Exception {
        final List<Hostile> hostile = new ArrayList<>();
        stopped = false;
        for (int i = 0; i < HOSTILE_THREADS; i++) {
            final String path = BESIEGED.get(i / 2 % BESIEGED.size());
            hostile.add(new Hostile(new HostilePeers.Target(server.port(), path), new Random(SEED + i), i));
        }
        hostile.forEach(Thread::start);
        try (EchoPeers peers =
                new EchoPeers(server.port(), List.of("/loop", "/workers"), WELL_BEHAVED, new Random(SEED))) {
            final long endNs = System.nanoTime() + durationNs;
            while (System.nanoTime() < endNs && failure.get() == null) {
                peers.turn();
            }
            stopped = true;
            peers.finish();
            for (final Hostile thread : hostile) {
                thread.join(JOIN_MS);
                assertThat(thread.isAlive()).as(thread + " hangs").isFalse();
            }
            assertThat(failure.get())
                    .as("what went wrong first, with seed " + SEED)
                    .isNull();
            assertThat(peers.echoesMin()).as("echoes of each").isPositive();
            System.out.println(peers.echoes() + " echoes beside "
                    + hostile.stream().mapToLong(thread -> thread.plays).sum() + " hostile plays");
        } finally {
            stopped = true;
        }
    }

    /** Plays one hostile peer after the other: first its share of all of them, then any. */
    private final class Hostile extends Thread {
        private final HostilePeers.Target target;
        private final Random random;
        private final int number;
        private volatile HostilePeers now;
        private volatile long plays;

        Hostile(final HostilePeers.Target target, final Random random, final int number) {
            this.target = target;
            this.random = random;
            this.number = number;
            setDaemon(true);
        }

        @Override
        public void run() {
            final HostilePeers[] all = HostilePeers.values();
            try {
                for (int i = number; !stopped || i < all.length; i += HOSTILE_THREADS) {
                    now = i < all.length ? all[i] : next();
                    now.play(target, random);
                    plays++;
                }
            } catch (final IOException | RuntimeException e) {
                failure.compareAndSet(null, now + ": " + e);
            }
        }

        /** Half of the threads do not wait, so that those who do keep nobody from going on. */
        private HostilePeers next() {
            return number % 2 == 0 ? HostilePeers.any(random) : HostilePeers.anyHasty(random);
        }

        @Override
        public String toString() {
            return "hostile thread " + number + " in " + now;
        }
    }

    /** The least of a few tries: one collection may leave what only the next one finds. */
    private static long heapBytesAfterGc() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    /** After a collection: that is what gives direct memory back. */
    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
