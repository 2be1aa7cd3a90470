package io.godwit.bench.load;

import java.io.IOException;

/** Sends what a {@link Pace} finds due. For the thread of a loop. */
@FunctionalInterface
interface Sender {

    /**
     * Sends messages, as soon as the socket takes them.
     *
     * @param connection on which
     * @param count how many
     * @param nowNs the time, in nanoseconds
     * @throws IOException if the socket fails
     */
    void send(LoadConnection connection, int count, long nowNs) throws IOException;
}
