package io.godwit.bench.flood;

import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Floods a peer that does not read, as fast as it can or may; then lets it read to the end. Where the server has ended it, the next
 * one takes its place. Its figures are to be read once its thread has ended.
 */
final class Publisher implements Background.Task {

    /** Between two looks at what waits. */
    private static final int LOOK = 64;

    private final FloodedServer server;
    private final Way way;
    private final ByteBuffer message;
    private final long intervalNs;
    private final Map<Integer, Integer> closeCodes = new TreeMap<>();
    private long published;
    private long taken;
    private long received;
    private long waitingBytesMax;
    private long memoryBytesMax;

    /**
     * Makes a publisher that has not begun yet.
     *
     * @param server whose connections are flooded
     * @param way how
     * @param payloadBytes of each message
     * @param messagesPerSecond how fast; 0: as it can
     */
    Publisher(final FloodedServer server, final Way way, final int payloadBytes, final int messagesPerSecond) {
        intervalNs = messagesPerSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(LOOK) / messagesPerSecond;
        this.server = server;
        this.way = way;
        message = ByteBuffer.allocate(payloadBytes);
    }

    @Override
    public void run(final BooleanSupplier goesOn) throws IOException, InterruptedException {
        do {
            try (SlowPeer peer = new SlowPeer(server.port(), FloodedServer.FLOODED)) {
                final WebSocket ws = server.awaitOpen();
                flood(ws, goesOn);
                final SlowPeer.Outcome outcome = peer.readToTheEnd(!ws.isOpen());
                received += outcome.messages();
                closeCodes.merge(outcome.closeCode(), 1, Integer::sum);
            }
            server.awaitClose();
        } while (goesOn.getAsBoolean());
    }

    private void flood(final WebSocket ws, final BooleanSupplier goesOn) {
        int number = 0;
        long dueNs = System.nanoTime();
        while (goesOn.getAsBoolean() && ws.isOpen()) {
            for (int i = 0; i < LOOK; i++) {
                message.putInt(0, number++);
                final boolean was = way == Way.TOPIC
                        ? server.topic().publish(message).isTaken()
                        : ws.send(message).isTaken();
                taken += was ? 1 : 0;
            }
            published += LOOK;
            waitingBytesMax = Math.max(waitingBytesMax, ws.bufferedBytes());
            memoryBytesMax = Math.max(memoryBytesMax, server.count(Metric.BUFFERED_BYTES));
            dueNs += intervalNs;
            LockSupport.parkNanos(dueNs - System.nanoTime());
        }
    }

    /** {@return how many messages were tried} */
    long published() {
        return published;
    }

    /** {@return how many of them were taken at once; of a topic, by its queue} */
    long taken() {
        return taken;
    }

    /** {@return how many reached the peers} */
    long received() {
        return received;
    }

    /** {@return the most that was seen to wait for a peer, in bytes} */
    long waitingBytesMax() {
        return waitingBytesMax;
    }

    /** {@return the most memory that the loop was seen to lend, in bytes} */
    long memoryBytesMax() {
        return memoryBytesMax;
    }

    /** {@return the codes of the Close frames that the peers got, and how often} */
    String closeCodes() {
        return closeCodes.entrySet().stream()
                .map(each -> each.getKey() + " x" + each.getValue())
                .collect(Collectors.joining(", "));
    }
}
