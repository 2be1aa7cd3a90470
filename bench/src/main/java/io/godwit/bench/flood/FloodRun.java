package io.godwit.bench.flood;

import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * One policy and one way of flooding: first the latency of the others' echoes on a server as it is usually run, in rounds of
 * each {@link Situation}; then, on a server that is stepped, what a cycle does.
 */
final class FloodRun {

    /** What goes on beside the echoes. */
    enum Situation {
        UNDISTURBED("undisturbed"),
        BESIDE_BUSY_THREADS("beside busy threads"),
        BESIDE_THE_FLOOD("beside the flood");

        private final String title;

        Situation(final String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /**
     * What is the same for all runs.
     *
     * @param clients how many have their messages echoed
     * @param echoesPerSecond of all of them together
     * @param payloadBytes of a message of the flood
     * @param messagesPerSecond of the flood; 0: as fast as it can
     * @param rounds how many
     * @param partMs how long each situation lasts in each round
     */
    record Terms(int clients, int echoesPerSecond, int payloadBytes, int messagesPerSecond, int rounds, int partMs) {}

    /** Until a situation is what it is. */
    private static final int ONSET_MS = 50;

    private final SlowConsumerPolicy policy;
    private final Way way;
    private final Terms terms;
    private final Map<Situation, Latencies> latencies = new EnumMap<>(Situation.class);
    private Publisher publisher;
    private SteppedLoop cycles;
    private long evicted;

    private FloodRun(final SlowConsumerPolicy policy, final Way way, final Terms terms) {
        this.policy = policy;
        this.way = way;
        this.terms = terms;
        for (final Situation situation : Situation.values()) {
            latencies.put(situation, new Latencies());
        }
    }

    /** {@return the run, which has ended} */
    static FloodRun of(final SlowConsumerPolicy policy, final Way way, final Terms terms)
            throws IOException, InterruptedException {
        final FloodRun run = new FloodRun(policy, way, terms);
        run.measureEchoes();
        run.lookAtCycles();
        return run;
    }

    private void measureEchoes() throws IOException, InterruptedException {
        final FloodedServer server = FloodedServer.start(policy);
        publisher = publisherFor(server);
        try (EchoClients clients =
                new EchoClients(server.port(), FloodedServer.ECHO, terms.clients(), terms.echoesPerSecond())) {
            for (int round = 0; round < terms.rounds(); round++) {
                for (final Situation situation : Situation.values()) {
                    measure(situation, clients);
                }
            }
        } finally {
            server.server().close();
        }
        evicted = server.count(Metric.MESSAGES_EVICTED);
    }

    private void measure(final Situation situation, final EchoClients clients) throws InterruptedException {
        final Background.Task task = switch (situation) {
            case UNDISTURBED -> goesOn -> {};
            case BESIDE_BUSY_THREADS -> FloodRun::spin;
            case BESIDE_THE_FLOOD -> publisher;
        };
        final Background disturbance = Background.start(situation.toString(), task);
        try {
            clients.measure(ONSET_MS);
            latencies.get(situation).add(clients.measure(terms.partMs()));
        } finally {
            disturbance.end();
        }
    }

    /** Takes as many processors as a flood does that is as fast as it can be: the publisher's, and the loop's. */
    private static void spin(final BooleanSupplier goesOn) {
        final Background other = Background.start("busy too", FloodRun::spinAlone);
        spinAlone(goesOn);
        other.end();
    }

    private static void spinAlone(final BooleanSupplier goesOn) {
        while (goesOn.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private void lookAtCycles() throws IOException, InterruptedException {
        final FloodedServer server = FloodedServer.stepped(policy);
        cycles = new SteppedLoop(server);
        final Background loop = Background.start("loop", cycles);
        try (EchoClients clients =
                new EchoClients(server.port(), FloodedServer.ECHO, terms.clients(), terms.echoesPerSecond())) {
            final Background flood = Background.start("publisher", publisherFor(server));
            try {
                clients.measure(terms.partMs());
            } finally {
                flood.end();
            }
        } finally {
            loop.end();
        }
    }

    private Publisher publisherFor(final FloodedServer server) {
        return new Publisher(server, way, terms.payloadBytes(), terms.messagesPerSecond());
    }

    String title() {
        return policy + " " + way;
    }

    Latencies latencies(final Situation situation) {
        return latencies.get(situation);
    }

    /** {@return who flooded while the echoes were measured} */
    Publisher publisher() {
        return publisher;
    }

    /** {@return how many of its messages were dropped after they had been taken} */
    long evicted() {
        return evicted;
    }

    SteppedLoop cycles() {
        return cycles;
    }
}
