package io.godwit.reactor.endpoint;

import io.godwit.core.http.HttpLimits;
import java.time.Duration;
import java.util.Objects;

/**
 * What holds for a server as a whole. Immutable; start from {@link #DEFAULT}.
 *
 * @param http what a request head may take
 * @param connectionsMax the most connections at a time; further ones are answered 503
 * @param backlog how many connections the kernel may hold until they are accepted
 * @param handshakeTimeout how long a request head may take, then 408; and with it the decision on it, then 503
 * @param idleTimeout after how much silence of the peer a connection is closed with 1001; where so much waits for the peer
 *     that it is not read, for how long it may take nothing
 * @param closeTimeout how long a closing handshake may take, and how long {@code close()} waits for all of them
 */
public record ServerOptions(
        HttpLimits http,
        int connectionsMax,
        int backlog,
        Duration handshakeTimeout,
        Duration idleTimeout,
        Duration closeTimeout) {

    /** Room in the loop's mailbox is set aside for each: more than one loop could serve would be a mistake. */
    private static final int CONNECTIONS_MAX = 10_000_000;

    /** {@link HttpLimits#DEFAULT}, 10,000 connections, a backlog of 1,024; 10 s, 5 min, 5 s. */
    public static final ServerOptions DEFAULT = new ServerOptions(
            HttpLimits.DEFAULT, 10_000, 1_024, Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofSeconds(5));

    /**
     * Checks that all are positive.
     *
     * @param http not null
     * @param connectionsMax positive
     * @param backlog positive
     * @param handshakeTimeout a millisecond at least, as the others
     * @param idleTimeout a millisecond at least
     * @param closeTimeout a millisecond at least
     * @throws IllegalArgumentException if one is not, or connectionsMax or backlog is over 10,000,000
     */
    public ServerOptions {
        Objects.requireNonNull(http, "http");
        requirePositive("connectionsMax", connectionsMax);
        requirePositive("backlog", backlog);
        if (connectionsMax > CONNECTIONS_MAX || backlog > CONNECTIONS_MAX) {
            throw new IllegalArgumentException("connectionsMax and backlog may be " + CONNECTIONS_MAX + " at most, not "
                    + connectionsMax + " and " + backlog);
        }
        requirePositive("handshakeTimeout", handshakeTimeout.toMillis());
        requirePositive("idleTimeout", idleTimeout.toMillis());
        requirePositive("closeTimeout", closeTimeout.toMillis());
    }

    private static void requirePositive(final String name, final long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }

    /**
     * Sets the limits of request heads.
     *
     * @param limits what a head may take
     * @return a copy of these options with them
     */
    public ServerOptions withHttp(final HttpLimits limits) {
        return new ServerOptions(limits, connectionsMax, backlog, handshakeTimeout, idleTimeout, closeTimeout);
    }

    /**
     * Sets the bound of connections.
     *
     * @param max the most at a time
     * @return a copy of these options with it
     */
    public ServerOptions withConnectionsMax(final int max) {
        return new ServerOptions(http, max, backlog, handshakeTimeout, idleTimeout, closeTimeout);
    }

    /**
     * Sets the backlog.
     *
     * @param connections how many may wait in the kernel
     * @return a copy of these options with it
     */
    public ServerOptions withBacklog(final int connections) {
        return new ServerOptions(http, connectionsMax, connections, handshakeTimeout, idleTimeout, closeTimeout);
    }

    /**
     * Sets the time limits.
     *
     * @param handshake of the opening handshake
     * @param idle of the peer's silence
     * @param close of the closing handshake
     * @return a copy of these options with them
     */
    public ServerOptions withTimeouts(final Duration handshake, final Duration idle, final Duration close) {
        return new ServerOptions(http, connectionsMax, backlog, handshake, idle, close);
    }
}
