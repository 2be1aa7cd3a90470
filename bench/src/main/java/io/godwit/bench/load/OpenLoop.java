package io.godwit.bench.load;

import java.io.IOException;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Messages are sent by the clock, at even distances, to one connection after the other, whatever comes back. When each is
 * due follows from its number; a latency counts from there, so that a server that stalls is charged with every message
 * that was due meanwhile, also with those that could not be sent (no coordinated omission).
 */
final class OpenLoop implements Pace {

    /** What is sent before the sockets are asked again, when much is due at once. */
    private static final int DUE_MAX = 1_024;

    private final Sender sender;
    private final List<LoadConnection> connections;
    private final double intervalNs;
    private final Histogram lateness;
    private final Window window;
    private long startNs;
    private long dueNumber;
    private long inFlight;

    /**
     * Makes one.
     *
     * @param sender sends, on this thread
     * @param connections those of that loop, with their slots in order from 0
     * @param ratePerSecond how many messages, over all those connections
     * @param window what is measured
     * @param lateness takes by how much the loop itself has missed the time of each message, in nanoseconds
     */
    OpenLoop(
            final Sender sender,
            final List<LoadConnection> connections,
            final double ratePerSecond,
            final Window window,
            final Histogram lateness) {
        this.sender = sender;
        this.connections = connections;
        this.window = window;
        this.lateness = lateness;
        intervalNs = 1e9 / ratePerSecond;
    }

    @Override
    public void start(final long nowNs) {
        startNs = nowNs;
    }

    @Override
    public void sendDue(final long nowNs) throws IOException {
        for (int i = 0; i < DUE_MAX; i++) {
            final long timeNs = timeNs(dueNumber);
            if (timeNs > nowNs) {
                return;
            }
            if (window.contains(timeNs)) {
                lateness.recordValue(Math.min(nowNs - timeNs, lateness.getHighestTrackableValue()));
            }
            final int slot = (int) (dueNumber % connections.size());
            dueNumber++;
            sender.send(connections.get(slot), 1, nowNs);
        }
    }

    private long timeNs(final long overallNumber) {
        return startNs + (long) (overallNumber * intervalNs);
    }

    @Override
    public boolean goesByTheClock() {
        return true;
    }

    @Override
    public void onSend(final LoadConnection connection, final long number, final long nowNs) {
        inFlight++;
    }

    @Override
    public void onEchoes(final LoadConnection connection, final int count, final long nowNs) {
        inFlight -= count;
    }

    @Override
    public long intendedNs(final LoadConnection connection, final long number) {
        return timeNs(number * connections.size() + connection.slot());
    }

    @Override
    public long inFlight() {
        return inFlight;
    }
}
