package io.godwit.reactor;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What the besieged server counts of itself, as its process tells it in one line.
 *
 * @param connections of the server, whatever their state
 * @param buffers that the loops' pools have lent
 * @param handoffBytes that the loops have lent to other threads
 * @param timers that the loops' wheels hold
 * @param sockets of the process
 * @param heapBytes after a collection
 * @param directBytes of direct buffers
 * @param goodOpens of the well-behaved clients: onOpen
 * @param goodCloses of the well-behaved clients: onClose
 * @param hostileOpens of the others: onOpen
 * @param hostileCloses of the others: onClose
 * @param disordered callbacks before onOpen or after onClose
 * @param opened the server's own count of WebSockets
 * @param closed the server's own count of their ends
 */
record SoakCount(
        long connections,
        long buffers,
        long handoffBytes,
        long timers,
        long sockets,
        long heapBytes,
        long directBytes,
        long goodOpens,
        long goodCloses,
        long hostileOpens,
        long hostileCloses,
        long disordered,
        long opened,
        long closed) {

    static SoakCount parse(final String line) {
        final long[] n =
                Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
        return new SoakCount(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11], n[12], n[13]);
    }

    String line() {
        return LongStream.of(
                        connections,
                        buffers,
                        handoffBytes,
                        timers,
                        sockets,
                        heapBytes,
                        directBytes,
                        goodOpens,
                        goodCloses,
                        hostileOpens,
                        hostileCloses,
                        disordered,
                        opened,
                        closed)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(" "));
    }

    /** {@return whether no more is held for connections than there was before the first of them, and each has ended} */
    boolean isAtRest(final SoakCount before) {
        return connections == before.connections
                && buffers == before.buffers
                && handoffBytes == before.handoffBytes
                && timers == before.timers
                && sockets <= before.sockets
                && goodCloses == goodOpens
                && hostileCloses == hostileOpens;
    }
}
