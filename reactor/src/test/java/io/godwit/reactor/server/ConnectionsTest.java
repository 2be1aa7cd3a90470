package io.godwit.reactor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.InMemoryTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The connections of the second loop of three. */
class ConnectionsTest {

    private static final int LOOPS = 3;
    private static final int INDEX = 1;

    private final ConnectionIds ids = new ConnectionIds(INDEX, LOOPS);
    private final Connections connections = new Connections(ids);
    private final EventLoop loop;

    ConnectionsTest() throws IOException {
        loop = new EventLoop("test", LoopOptions.forConnections(1), () -> 0);
    }

    @AfterEach
    void close() {
        loop.onClose();
    }

    private Connection connection(final long id) {
        try {
            return new Connection(loop, id, InMemoryTransport.pair(1), ended -> {});
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private Connection add() {
        final Connection connection = connection(connections.nextId());
        connections.add(connection);
        return connection;
    }

    private List<Connection> add(final int count) {
        final List<Connection> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            added.add(add());
        }
        return added;
    }

    @Test
    void shouldFindWhatIsThereAndNothingElse() {
        final Connection connection = add();
        assertThat(connection.id()).isEqualTo(INDEX + LOOPS);
        assertThat(connections.find(connection.id())).isSameAs(connection);
        for (final long other : new long[] {0, 1, 3, 5, 7, 4 + 64 * LOOPS, -4, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(connections.find(other)).as("id " + other).isNull();
        }

        connections.remove(connection);
        assertThat(connections.find(connection.id())).isNull();
        assertThat(connections.isEmpty()).isTrue();
        assertThat(connections).isEmpty();
    }

    @Test
    void shouldCountUpWhileNoPlaceIsTaken() {
        for (int i = 1; i <= 1_000; i++) {
            final Connection connection = add();
            assertThat(connection.id()).isEqualTo(INDEX + (long) i * LOOPS);
            connections.remove(connection);
        }
    }

    @Test
    void shouldPassOverTheNumberWhosePlaceIsTaken() {
        final Connection stays = add();
        for (int i = 2; i <= 64; i++) {
            connections.remove(add());
        }
        final Connection next = add();
        assertThat(next.id()).isEqualTo(INDEX + 66L * LOOPS);
        assertThat(connections).containsExactlyInAnyOrder(stays, next);
    }

    @Test
    void shouldNotRemoveInItsPlaceWhatWasNeverAdded() {
        final Connection never = connection(connections.nextId());
        for (int i = 2; i <= 64; i++) {
            connections.remove(add());
        }
        final Connection there = add();
        connections.remove(never);
        assertThat(connections.size()).isOne();
        assertThat(connections.find(there.id())).isSameAs(there);
    }

    @Test
    void shouldGoOnWithTheIdsOfTheFormerLoop() {
        final Connection last = add();
        final Connections replacement = new Connections(ids);
        assertThat(replacement.nextId()).isGreaterThan(last.id());
        assertThat(replacement.find(last.id())).isNull();
    }

    @Test
    void shouldWalkOverAllThatStayWhileOthersComeAndGo() {
        final List<Connection> stay = add(40);
        final List<Connection> go = add(40);
        final Iterator<Connection> walk = connections.iterator();
        final Set<Connection> walked = new HashSet<>(Set.of(walk.next()));
        go.forEach(connections::remove);
        final List<Connection> come = add(1_000);
        walk.forEachRemaining(connection -> assertThat(walked.add(connection)).isTrue());

        assertThat(walked).containsAll(stay);
        assertThat(connections).hasSize(1_040).containsAll(stay).containsAll(come);
    }

    @Test
    void shouldHoldThoseThatComeAndGoInAnyOrder() {
        final long seed = Long.getLong("godwit.seed", System.nanoTime());
        final Random random = new Random(seed);
        final Map<Long, Connection> expected = new HashMap<>();
        final Set<Long> given = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(1_000) < expected.size()) {
                final List<Connection> present = new ArrayList<>(expected.values());
                final Connection gone = present.get(random.nextInt(present.size()));
                connections.remove(gone);
                expected.remove(gone.id());
            } else {
                final Connection come = add();
                assertThat(given.add(come.id())).as("seed " + seed).isTrue();
                assertThat(ConnectionIds.loopOf(come.id(), LOOPS)).isEqualTo(INDEX);
                expected.put(come.id(), come);
            }
            assertThat(connections.size()).as("seed " + seed).isEqualTo(expected.size());
        }
        assertThat(connections).as("seed " + seed).containsExactlyInAnyOrderElementsOf(expected.values());
        expected.forEach((id, connection) -> assertThat(connections.find(id)).isSameAs(connection));
    }

    @Test
    void shouldBeReadByOtherThreadsMeanwhile() throws InterruptedException {
        final List<Connection> stay = add(50);
        final AtomicBoolean over = new AtomicBoolean();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread reader = new Thread(() -> {
            try {
                while (!over.get()) {
                    final Set<Connection> walked = new HashSet<>();
                    connections.forEach(
                            connection -> assertThat(walked.add(connection)).isTrue());
                    assertThat(walked.containsAll(stay)).isTrue();
                    stay.forEach(connection ->
                            assertThat(connections.find(connection.id())).isSameAs(connection));
                }
            } catch (final Throwable t) {
                failure.set(t);
            }
        });
        reader.start();
        for (int i = 1; i <= 100 && failure.get() == null; i++) {
            add(3 * i).forEach(connections::remove);
        }
        over.set(true);
        reader.join();
        assertThat(failure.get()).isNull();
    }
}
