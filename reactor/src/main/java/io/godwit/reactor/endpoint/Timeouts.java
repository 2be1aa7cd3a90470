package io.godwit.reactor.endpoint;

import java.time.Duration;

/**
 * How long a peer may take. Each is judged at the next tick of the loop's timers, every 67 ms; {@code idle} and {@code ping}
 * up to a sixteenth later than they say, differently for each connection, so that those that came at once do not expire at
 * once.
 *
 * <p>A peer is judged only after what has come from it was read, and for the time in which the server ran: while its process
 * was stopped or a handler held the loop for more than a quarter of a second, the time stood still. A peer that is not read
 * is not judged for its silence, unless it is for a backlog that it does not take. It is sent Pings all the same, which it
 * need not answer, and so is one that is read now and then, since it is throttled or its handler pauses: if it has reset the
 * connection, that is seen within {@code ping}, or twice that if it has just closed its socket; if it has vanished, when the
 * operating system gives up, on Linux after about 15 minutes.
 *
 * <p>An answer cannot come before the peer has read what was sent before. What a socket has taken may be in its send buffer
 * ({@link SocketOptions}), and no one tells until when: so {@code pong} and {@code close} begin when a peer could have read
 * it that is as slow as {@link OutboundLimits} accept.
 *
 * @param handshake for a request head, then 408; and with it for the decision on it, then 503
 * @param idle how long an open connection may bring nothing at all, not even a Pong; then it is closed with 1001
 * @param ping after how much silence a Ping is sent, whose Pong is a sign of life (RFC 6455 §5.5.2)
 * @param pong how long that Pong may take; then the connection is closed with 1001, and cut off if the peer is gone
 * @param message for a message, from its first byte to its last; as long again whenever the connection has brought
 *     {@link #MESSAGE_PACE_BYTES} in this time; then it is closed with 1008
 * @param close for the closing handshake, from when our Close frame has left; while the peer takes what waits before it, as
 *     fast as {@link OutboundLimits} ask, it is waited for
 */
public record Timeouts(
        Duration handshake, Duration idle, Duration ping, Duration pong, Duration message, Duration close) {

    /** How many bytes of a long message have to come in each {@code message} time. */
    public static final int MESSAGE_PACE_BYTES = 65_536;

    /** 10 s, 5 min, 30 s, 20 s, 30 s, 5 s. */
    public static final Timeouts DEFAULT = new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5));

    /**
     * Checks each.
     *
     * @param handshake a millisecond at least, 365 days at most, as the others
     * @param idle as above
     * @param ping as above; if it is not under {@code idle} no Ping is ever due
     * @param pong as above
     * @param message as above
     * @param close as above
     * @throws IllegalArgumentException if one is not
     */
    public Timeouts {
        Checks.requireDuration("timeouts.handshake", handshake);
        Checks.requireDuration("timeouts.idle", idle);
        Checks.requireDuration("timeouts.ping", ping);
        Checks.requireDuration("timeouts.pong", pong);
        Checks.requireDuration("timeouts.message", message);
        Checks.requireDuration("timeouts.close", close);
    }

    /**
     * Sets the time for the opening handshake.
     *
     * @param time for it
     * @return a copy of these with it
     */
    public Timeouts withHandshake(final Duration time) {
        return new Timeouts(time, idle, ping, pong, message, close);
    }

    /**
     * Sets the time for silence.
     *
     * @param time for it
     * @return a copy of these with it
     */
    public Timeouts withIdle(final Duration time) {
        return new Timeouts(handshake, time, ping, pong, message, close);
    }

    /**
     * Sets the times of the keep-alive.
     *
     * @param interval after how much silence a Ping is sent
     * @param answer how long its Pong may take
     * @return a copy of these with them
     */
    public Timeouts withKeepAlive(final Duration interval, final Duration answer) {
        return new Timeouts(handshake, idle, interval, answer, message, close);
    }

    /**
     * Sets the time for a message.
     *
     * @param time from its first byte to its last
     * @return a copy of these with it
     */
    public Timeouts withMessage(final Duration time) {
        return new Timeouts(handshake, idle, ping, pong, time, close);
    }

    /**
     * Sets the time for the closing handshake.
     *
     * @param time for it
     * @return a copy of these with it
     */
    public Timeouts withClose(final Duration time) {
        return new Timeouts(handshake, idle, ping, pong, message, time);
    }
}
