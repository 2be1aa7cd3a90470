package io.godwit.bench.load;

import java.io.IOException;
import java.util.List;

/**
 * Each connection keeps a number of messages in flight: one follows on each echo. The latency counts from when a message is
 * written, so it does not show what a stall keeps from being sent; {@link OpenLoop} does.
 */
final class ClosedLoop implements Pace {

    private final Sender sender;
    private final List<LoadConnection> connections;
    private final int depth;
    private final int mask;
    private final long[] sentNs;
    private long inFlight;

    /**
     * Makes one.
     *
     * @param sender sends, on this thread
     * @param connections those of that loop, with their slots in order from 0; filled later
     * @param count how many there will be
     * @param depth messages in flight on each
     */
    ClosedLoop(final Sender sender, final List<LoadConnection> connections, final int count, final int depth) {
        this.sender = sender;
        this.connections = connections;
        this.depth = depth;
        final int slots = Integer.highestOneBit(2 * depth - 1);
        mask = slots - 1;
        sentNs = new long[Math.multiplyExact(slots, count)];
    }

    @Override
    public void start(final long nowNs) throws IOException {
        for (final LoadConnection connection : connections) {
            sender.send(connection, depth, nowNs);
        }
    }

    @Override
    public void sendDue(final long nowNs) {}

    @Override
    public boolean goesByTheClock() {
        return false;
    }

    @Override
    public void onSend(final LoadConnection connection, final long number, final long nowNs) {
        sentNs[index(connection, number)] = nowNs;
        inFlight++;
    }

    @Override
    public void onEchoes(final LoadConnection connection, final int count, final long nowNs) throws IOException {
        inFlight -= count;
        sender.send(connection, count, nowNs);
    }

    @Override
    public long intendedNs(final LoadConnection connection, final long number) {
        return sentNs[index(connection, number)];
    }

    private int index(final LoadConnection connection, final long number) {
        return connection.slot() * (mask + 1) + ((int) number & mask);
    }

    @Override
    public long inFlight() {
        return inFlight;
    }
}
