package io.godwit.bench.load;

import java.io.IOException;

/** When messages are to be sent. For the thread of its loop. */
interface Pace {

    /**
     * Sends what is due at the start.
     *
     * @param nowNs the time, in nanoseconds
     * @throws IOException if a socket fails
     */
    void start(long nowNs) throws IOException;

    /**
     * Sends what is due by the clock.
     *
     * @param nowNs the time
     * @throws IOException if a socket fails
     */
    void sendDue(long nowNs) throws IOException;

    /** {@return whether the clock has to be asked all the time, so that the loop must not sleep} */
    boolean goesByTheClock();

    /**
     * Hears of a message that is being encoded.
     *
     * @param connection on which
     * @param number its number on that connection
     * @param nowNs the time
     */
    void onSend(LoadConnection connection, long number, long nowNs);

    /**
     * Hears of echoes, and sends what follows on them.
     *
     * @param connection on which
     * @param count how many have come at a time
     * @param nowNs the time
     * @throws IOException if a socket fails
     */
    void onEchoes(LoadConnection connection, int count, long nowNs) throws IOException;

    /**
     * Tells when a message was to be sent, which is what its latency is counted from.
     *
     * @param connection the one that it has come back on, or is still to be sent on
     * @param number its number
     * @return the time
     */
    long intendedNs(LoadConnection connection, long number);

    /** {@return how many messages that are encoded have not come back yet} */
    long inFlight();
}
