package io.godwit.bench.compare;

import io.godwit.bench.peers.Peer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** All that has been measured. For one thread. */
final class Results {

    private record Run(Workload workload, Peer peer, int round, Map<Figure, Double> figures) {}

    private final List<Run> runs = new ArrayList<>();

    /**
     * Adds a run.
     *
     * @param workload what was done
     * @param peer by whom
     * @param round in which round
     * @param figures what came of it
     */
    void add(final Workload workload, final Peer peer, final int round, final Map<Figure, Double> figures) {
        runs.add(new Run(workload, peer, round, new EnumMap<>(figures)));
    }

    /**
     * Sums a figure up.
     *
     * @param workload what was done
     * @param peer by whom
     * @param figure which
     * @return over all rounds
     */
    Spread of(final Workload workload, final Peer peer, final Figure figure) {
        return Spread.of(runs.stream()
                .filter(run -> run.workload == workload && run.peer == peer)
                .mapToDouble(run -> run.figures.getOrDefault(figure, Double.NaN))
                .toArray());
    }

    /**
     * Sums a ratio up: of two runs of one round each, which saw the machine in much the same mood.
     *
     * @param workload what was done
     * @param subject whose figure is divided
     * @param base by whose
     * @param figure which
     * @return over all rounds that have both
     */
    Spread ratio(final Workload workload, final Peer subject, final Peer base, final Figure figure) {
        final List<Double> ratios = new ArrayList<>();
        for (final Run run : runs) {
            if (run.workload == workload && run.peer == subject) {
                final double other = inRound(workload, base, run.round, figure);
                ratios.add(run.figures.getOrDefault(figure, Double.NaN) / other);
            }
        }
        return Spread.of(ratios.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private double inRound(final Workload workload, final Peer peer, final int round, final Figure figure) {
        for (final Run run : runs) {
            if (run.workload == workload && run.peer == peer && run.round == round) {
                return run.figures.getOrDefault(figure, Double.NaN);
            }
        }
        return Double.NaN;
    }

    /**
     * Finds the worst case.
     *
     * @param peers of whose runs
     * @param figure which
     * @return the most of it in any of these runs, or NaN
     */
    double max(final Collection<Peer> peers, final Figure figure) {
        return Spread.of(runs.stream()
                        .filter(run -> peers.contains(run.peer))
                        .mapToDouble(run -> run.figures.getOrDefault(figure, Double.NaN))
                        .toArray())
                .max();
    }

    /**
     * Tells whether there is anything.
     *
     * @param workload what was done
     * @return whether anyone has done it
     */
    boolean has(final Workload workload) {
        return runs.stream().anyMatch(run -> run.workload == workload);
    }
}
