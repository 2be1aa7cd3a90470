package io.godwit.config.settings;

import io.godwit.config.settings.SettingDefault.Fixed;
import io.godwit.config.settings.SettingDefault.HalfOf;
import io.godwit.config.settings.SettingType.Whole;
import io.godwit.reactor.endpoint.AdmissionLimits;
import io.godwit.reactor.endpoint.SocketOptions;
import io.godwit.reactor.endpoint.Timeouts;
import java.time.Duration;

/** The keys of {@code [server]}. */
enum ServerKey implements SettingKey {
    /** The most connections. */
    CONNECTIONS_MAX(
            "connections-max",
            new Whole("connections", 1, 1_000_000),
            new Fixed((long) AdmissionLimits.DEFAULT.connectionsMax()),
            "The most connections at a time; further ones are refused with 503. Each takes a file descriptor: raise the"
                    + " limit of the process (ulimit -n) along with it."),
    /** The most connections of one address. */
    CONNECTIONS_PER_ADDRESS_MAX(
            "connections-per-address-max",
            new Whole("connections", 1, 1_000_000),
            new HalfOf(CONNECTIONS_MAX),
            "The most connections at a time from one IPv4 address or one IPv6 network of 64 bits; further ones are refused"
                    + " with 503. It keeps one client from taking all. Behind a proxy all come from its address: then set it"
                    + " to connections-max."),
    /** The backlog of each listener. */
    BACKLOG(
            "backlog",
            new Whole("connections", 1, 65_535),
            new Fixed((long) AdmissionLimits.DEFAULT.backlog()),
            "How many connections may wait to be accepted, for each listener. The system may have a lower limit of its own"
                    + " (net.core.somaxconn). Also how many may at a time be told that they are refused; what is beyond is"
                    + " just closed."),
    /** How long a request may take. */
    HANDSHAKE_TIMEOUT(
            "handshake-timeout",
            SettingRanges.TIMEOUT,
            new Fixed(Timeouts.DEFAULT.handshake()),
            "How long a client may take to send its request; then it is answered with 408. Where the workers are too busy to"
                    + " decide on it in that time, it is answered with 503. A long time lets idle strangers use up the"
                    + " connections."),
    /** How long a client may be silent. */
    IDLE_TIMEOUT(
            "idle-timeout",
            SettingRanges.TIMEOUT,
            new Fixed(Timeouts.DEFAULT.idle()),
            "How long an open connection may bring nothing, not even a Pong; then it is closed with 1001. Clients that answer"
                    + " Pings are never so silent, unless this is shorter than ping-interval."),
    /** How long a client may be silent until it is asked. */
    PING_INTERVAL(
            "ping-interval",
            SettingRanges.TIMEOUT,
            new Fixed(Timeouts.DEFAULT.ping()),
            "How long a client may be silent until it is sent a Ping. Routers on the way often forget connections that are"
                    + " silent for a minute. Where it is not shorter than idle-timeout no Ping is sent."),
    /** How long a client may take to answer a Ping. */
    PONG_TIMEOUT(
            "pong-timeout",
            SettingRanges.TIMEOUT,
            new Fixed(Timeouts.DEFAULT.pong()),
            "How long a client may take to answer a Ping; then it is closed with 1001. A short time closes clients whose"
                    + " network pauses, for instance in a tunnel."),
    /** How long a client may take for a message. */
    MESSAGE_TIMEOUT(
            "message-timeout",
            SettingRanges.TIMEOUT,
            new Fixed(Timeouts.DEFAULT.message()),
            "How long a client may take from the first byte of a message to its last, and as long again whenever it has sent"
                    + " 65536 bytes in this time; then it is closed with 1008. A long time lets clients that never end a"
                    + " message keep memory."),
    /** How long a client may take to close. */
    CLOSE_TIMEOUT(
            "close-timeout",
            SettingRanges.TIMEOUT,
            new Fixed(Timeouts.DEFAULT.close()),
            "How long a client may take to answer a Close, from when it can have read it; then its connection is cut off. What"
                    + " waits for it is sent before, for as long as the client takes it."),
    /** How large the send buffer of a socket is. */
    SEND_BUFFER_BYTES(
            "send-buffer-bytes",
            new Whole("bytes", 4_096, SettingRanges.GIB),
            new Fixed((long) SocketOptions.DEFAULT.sendBufferBytes()),
            "How much the system may hold of what was sent to a client, for each connection; Linux takes twice that. A client"
                    + " that is far away is sent no more than this at a time: 131072 over 100 ms are about 2 MB/s. The more it"
                    + " is, the longer it takes to tell a client that has vanished from one that reads slowly."),
    /** How long the daemon goes on before it drains. */
    DRAIN_DELAY(
            "drain-delay",
            SettingRanges.DELAY,
            new Fixed(Duration.ofSeconds(5)),
            "How long the daemon serves on as before when SIGTERM or SIGINT comes, but answers GET /health with 503, so that a"
                    + " load balancer sends no more clients before they are refused. It has to ask more often than that. There"
                    + " is no delay if nobody has asked for /health since the start."),
    /** How long the daemon may take to end. */
    DRAIN_TIMEOUT(
            "drain-timeout",
            SettingRanges.TIMEOUT,
            new Fixed(Duration.ofSeconds(20)),
            "How long the daemon may then take to end. It accepts nothing more, sends what waits, and closes the connections"
                    + " with 1001, not all at once, lest all come back at once; those that are left after this time are cut"
                    + " off. A second signal cuts them off at once, during drain-delay too. Whoever stops the daemon has to wait"
                    + " longer than both together before killing it.");

    private final SettingDeclaration declaration;

    ServerKey(final String id, final SettingType type, final SettingDefault standard, final String meaning) {
        declaration = new SettingDeclaration(SettingTable.SERVER, id, type, standard, meaning);
    }

    @Override
    public SettingDeclaration declaration() {
        return declaration;
    }
}
