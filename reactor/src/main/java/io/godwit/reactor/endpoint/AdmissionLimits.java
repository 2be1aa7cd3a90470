package io.godwit.reactor.endpoint;

/**
 * How many connections are served at a time. Further ones are answered 503 with {@code Retry-After}, before anything of
 * theirs is read; past {@code backlog} of those at a time, or an eighth of that and 127 from one address, they are closed
 * without an answer.
 *
 * @param connectionsMax in all, over all loops
 * @param perAddressMax from one IPv4 address, or one IPv6 network of 64 bits, which is what one host is usually given
 * @param backlog how many connections the kernel may hold until they are accepted, for each listening socket
 */
public record AdmissionLimits(int connectionsMax, int perAddressMax, int backlog) {

    /** 10,000 connections, half of them from one address, a backlog of 1,024. */
    public static final AdmissionLimits DEFAULT = new AdmissionLimits(10_000, 5_000, 1_024);

    /** Room in the loops' mailboxes is set aside for each: more than one process could serve would be a mistake. */
    private static final int CONNECTIONS_MAX = 10_000_000;

    /**
     * Checks each.
     *
     * @param connectionsMax positive
     * @param perAddressMax positive
     * @param backlog positive
     * @throws IllegalArgumentException if one is not, or is over 10,000,000
     */
    public AdmissionLimits {
        Checks.requireRange("connectionsMax", connectionsMax, 1, CONNECTIONS_MAX);
        Checks.requireRange("perAddressMax", perAddressMax, 1, CONNECTIONS_MAX);
        Checks.requireRange("backlog", backlog, 1, CONNECTIONS_MAX);
    }
}
