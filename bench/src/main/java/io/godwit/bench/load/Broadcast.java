package io.godwit.bench.load;

import java.io.IOException;
import java.util.List;

/**
 * The first connection sends, and each of its messages comes back on all: the next one follows when all deliveries of one
 * are in. The latency of a delivery counts from when the message was written.
 */
final class Broadcast implements Pace {

    private static final int SLOTS = 65_536;

    private final Sender sender;
    private final List<LoadConnection> connections;
    private final int depth;
    private final long[] sentNs = new long[SLOTS];
    private long published;
    private long delivered;

    /**
     * Makes one.
     *
     * @param sender sends, on this thread
     * @param connections the publisher first
     * @param depth how many messages are on their way at a time
     */
    Broadcast(final Sender sender, final List<LoadConnection> connections, final int depth) {
        this.sender = sender;
        this.connections = connections;
        this.depth = depth;
    }

    @Override
    public void start(final long nowNs) throws IOException {
        sender.send(connections.get(0), depth, nowNs);
    }

    @Override
    public void sendDue(final long nowNs) {}

    @Override
    public boolean goesByTheClock() {
        return false;
    }

    @Override
    public void onSend(final LoadConnection connection, final long number, final long nowNs) {
        sentNs[(int) number & SLOTS - 1] = nowNs;
        published++;
    }

    @Override
    public void onEchoes(final LoadConnection connection, final int count, final long nowNs) throws IOException {
        final long completeBefore = delivered / connections.size();
        delivered += count;
        final long complete = delivered / connections.size();
        if (complete > completeBefore) {
            sender.send(connections.get(0), (int) (complete - completeBefore), nowNs);
        }
    }

    @Override
    public long intendedNs(final LoadConnection connection, final long number) {
        return sentNs[(int) number & SLOTS - 1];
    }

    @Override
    public long inFlight() {
        return published * connections.size() - delivered;
    }
}
