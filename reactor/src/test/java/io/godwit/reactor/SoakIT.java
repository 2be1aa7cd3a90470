package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Well-behaved clients, and beside them all that has brought other servers down, thousands of connections at once: the echoes
 * stay right and in order, none of the well-behaved is closed, the server logs no error, and at the end there is as much of
 * everything as there was at the beginning. The server has a process of its own, with little memory.
 *
 * <p>{@code -Dgodwit.soak.seconds=…} sets how long, {@code -Dgodwit.soak.hostile=…} how many of the others there are at once.
 */
@Tag("soak")
class SoakIT {

    private static final long SECONDS = Long.getLong("godwit.soak.seconds", 60);
    private static final int HOSTILE = Integer.getInteger("godwit.soak.hostile", 5_000);
    private static final long SEED = Long.getLong("godwit.seed", System.nanoTime());
    private static final int WELL_BEHAVED = 200;
    private static final int HOSTILE_THREADS = 8;
    private static final long WARM_UP_SECONDS_MAX = 20;
    private static final List<String> ECHOES = List.of("/loop", "/workers");
    private static final List<String> BESIEGED = List.of("/besieged/loop", "/besieged/workers");
    private static final Path LOG = Path.of("target", "soak.log");

    /** What classes, compiled code's data and the like may take in addition once all have run for a while. */
    private static final long HEAP_BYTES_TOLERANCE = 8L << 20;

    /** The loops keep so much of what was given back, for the next who need it. */
    private static final long DIRECT_BYTES_TOLERANCE = 8L << 20;

    /** A play that has begun comes to its end: some are fifty connections, each with a deadline of its own. */
    private static final long JOIN_MS = TimeUnit.MINUTES.toMillis(5);

    private static final long GATHER_NS = TimeUnit.MINUTES.toNanos(3);
    private static final long REST_NS = TimeUnit.MINUTES.toNanos(2);

    private final AtomicReference<String> failure = new AtomicReference<>();
    private volatile boolean stopped;

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void shouldEndWithNoMoreThanItBeganWith() throws Exception {
        System.out.println("soak of " + SECONDS + " s, " + HOSTILE + " hostile: -Dgodwit.seed=" + SEED);
        Files.createDirectories(LOG.toAbsolutePath().getParent());
        try (SoakProcess server = new SoakProcess(LOG)) {
            final SoakCount none = server.count();
            // All of it once, so that what is loaded, compiled and kept for ever is there at the beginning.
            besiege(server, TimeUnit.SECONDS.toNanos(Math.min(WARM_UP_SECONDS_MAX, SECONDS)));
            final SoakCount before = awaitRest(server, none, "the first round");
            besiege(server, TimeUnit.SECONDS.toNanos(SECONDS));
            final SoakCount after = awaitRest(server, none, "the soak");
            assertThat(after.heapBytes() - before.heapBytes())
                    .as("growth of the heap, in bytes, over " + before.heapBytes() + "; seed " + SEED)
                    .isLessThan(HEAP_BYTES_TOLERANCE);
            assertThat(after.directBytes() - before.directBytes())
                    .as("growth of direct memory, in bytes, over " + before.directBytes() + "; seed " + SEED)
                    .isLessThan(DIRECT_BYTES_TOLERANCE);
            assertEachEndedOnce(after);
            assertThat(server.end()).as("exit status of the server; see " + LOG).isZero();
            assertThat(server.errors()).as("errors in " + LOG).isEmpty();
        }
    }

    private static void assertEachEndedOnce(final SoakCount count) {
        assertThat(count.goodOpens()).as("connections of the well-behaved").isEqualTo(2L * WELL_BEHAVED);
        assertThat(count.disordered())
                .as("callbacks before onOpen or after onClose")
                .isZero();
        assertThat(count.opened()).as("WebSockets that opened").isEqualTo(count.goodOpens() + count.hostileOpens());
        assertThat(count.closed()).as("WebSockets that ended").isEqualTo(count.opened());
    }

    /** Waits until the server holds no more than it did before all: it may still have deadlines to wait for. */
    private static SoakCount awaitRest(final SoakProcess server, final SoakCount none, final String whose)
            throws Exception {
        final long endNs = System.nanoTime() + REST_NS;
        SoakCount now = server.count();
        while (!now.isAtRest(none)) {
            assertThat(System.nanoTime())
                    .as("what is left of " + whose + ": " + now + " rather than " + none)
                    .isLessThan(endNs);
            // Each count collects garbage.
            TimeUnit.MILLISECONDS.sleep(200);
            now = server.count();
        }
        return now;
    }

    /** Well-behaved and hostile clients together for so long; at the end none of them is left. */
    private void besiege(final SoakProcess server, final long durationNs) throws Exception {
        stopped = false;
        // Who has just ended is not followed at the same moment.
        final int hostileMin = HOSTILE * 9 / 10;
        final List<Hostile> hostile = new ArrayList<>();
        for (int i = 0; i < HOSTILE_THREADS; i++) {
            final String path = BESIEGED.get(i / 2 % BESIEGED.size());
            hostile.add(new Hostile(new HostilePeers.Target(server.port(), path), new Random(SEED + i), i));
        }
        try (EchoPeers peers = new EchoPeers(server.port(), ECHOES, WELL_BEHAVED, new Random(SEED));
                HostileCrowd crowd = new HostileCrowd(server.port(), HOSTILE, new Random(SEED))) {
            hostile.forEach(Thread::start);
            // It counts from when they are all there: how long that takes is the machine's matter.
            turn(peers, crowd, GATHER_NS, () -> crowd.connectedMost() >= hostileMin);
            assertThat(crowd.connectedMost()).as("hostile connections at once").isGreaterThanOrEqualTo(hostileMin);
            turn(peers, crowd, durationNs, () -> false);
            stopped = true;
            peers.finish();
            for (final Hostile thread : hostile) {
                thread.join(JOIN_MS);
                assertThat(thread.isAlive()).as(thread + " hangs").isFalse();
            }
            assertThat(failure.get())
                    .as("what went wrong first, with seed " + SEED)
                    .isNull();
            assertThat(crowd.failure()).as("what ended the crowd").isNull();
            assertThat(peers.echoesMin()).as("echoes of each").isPositive();
            System.out.println(peers.echoes() + " echoes beside " + crowd.ended() + " hostile connections, up to "
                    + crowd.connectedMost() + " at once, and "
                    + hostile.stream().mapToLong(thread -> thread.plays).sum() + " hostile plays, of which "
                    + hostile.stream().mapToLong(thread -> thread.refusals).sum() + " were refused");
        } finally {
            stopped = true;
        }
    }

    /** The well-behaved go on until it is enough, or something has gone wrong, or the time is over. */
    private void turn(
            final EchoPeers peers, final HostileCrowd crowd, final long durationNs, final BooleanSupplier enough)
            throws IOException {
        final long endNs = System.nanoTime() + durationNs;
        while (System.nanoTime() < endNs
                && !enough.getAsBoolean()
                && failure.get() == null
                && crowd.failure() == null) {
            peers.turn();
        }
    }

    /** Plays one hostile peer after the other: first its share of all of them, then any. */
    private final class Hostile extends Thread {
        private final HostilePeers.Target target;
        private final Random random;
        private final int number;
        private volatile HostilePeers now;
        private volatile long plays;
        private volatile long refusals;

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
                    play();
                    plays++;
                }
            } catch (final IOException | RuntimeException e) {
                failure.compareAndSet(null, now + ": " + e);
            }
        }

        /** The crowd uses up what memory there is: who comes then may be refused, if he is told so. */
        private void play() throws IOException {
            try {
                now.play(target, random);
            } catch (final HostilePeers.Refused refused) {
                refusals++;
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
}
