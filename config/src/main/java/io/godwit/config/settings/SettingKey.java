package io.godwit.config.settings;

import io.godwit.config.settings.SettingDefault.Fixed;
import io.godwit.config.settings.SettingDefault.Outbound;
import io.godwit.config.settings.SettingDefault.SameAs;
import io.godwit.config.settings.SettingType.Span;
import io.godwit.config.settings.SettingType.Texts;
import io.godwit.config.settings.SettingType.Whole;
import io.godwit.core.http.HttpLimits;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Every key of the settings file, declared once: where it stands, what it may be, what it is where it is left out, and
 * what it means. The shipped file repeats this for the reader; a test holds the two together.
 */
public enum SettingKey {
    /** Where to listen. */
    LISTENER_ADDRESS(
            SettingTable.LISTENER,
            "address",
            SettingTexts.ADDRESS,
            new Fixed("127.0.0.1"),
            "The address or host name to listen on. \"0.0.0.0\" is every IPv4 address of the machine, \"::\" every address;"
                    + " then everyone who reaches the machine reaches the daemon, in plain text."),
    /** Which port to listen on. */
    LISTENER_PORT(
            SettingTable.LISTENER,
            "port",
            new Whole("", 0, 65_535),
            new Fixed(8_080L),
            "The TCP port. 0 takes any free one; the line that is printed at the start tells which."),

    /** Where an endpoint is found. */
    ENDPOINT_PATH(
            SettingTable.ENDPOINT,
            "path",
            SettingTexts.PATH,
            null,
            "The path that clients connect to, compared as it is sent. No two endpoints may share one."),
    /** What an endpoint runs. */
    ENDPOINT_APP(
            SettingTable.ENDPOINT,
            "app",
            SettingTexts.APP,
            null,
            "The application that is served there. \"echo\" sends each message back as it came."),
    /** What an endpoint speaks. */
    ENDPOINT_SUBPROTOCOLS(
            SettingTable.ENDPOINT,
            "subprotocols",
            new Texts(SettingTexts.TOKEN, 32),
            new Fixed(List.of()),
            "The subprotocols to agree on, the preferred one first. A client that offers none of them is served without"
                    + " one, and may then close the connection itself."),
    /** Whose pages may connect. */
    ENDPOINT_ORIGINS(
            SettingTable.ENDPOINT,
            "origins",
            new Texts(SettingTexts.ORIGIN, 256),
            new Fixed(List.of(SettingTexts.ANY_ORIGIN)),
            "The origins whose pages may connect from a browser; others are refused with 403. \"*\" is every origin, and"
                    + " dangerous as soon as cookies or the network itself give a browser rights here: any page that its"
                    + " user visits can then use them. Clients that send no origin are no browsers, and are served."),
    /** The longest message. */
    ENDPOINT_MESSAGE_BYTES_MAX(
            SettingTable.ENDPOINT,
            "message-bytes-max",
            new Whole("bytes", 1, Bounds.GIB),
            new Fixed((long) ProtocolLimits.DEFAULT.messageBytesMax()),
            "The longest message that a client may send, all its frames together; a longer one is closed with 1009. Each"
                    + " connection may make the server hold as much."),
    /** The longest frame. */
    ENDPOINT_FRAME_BYTES_MAX(
            SettingTable.ENDPOINT,
            "frame-bytes-max",
            new Whole("bytes", 1, Bounds.GIB),
            new SameAs(ENDPOINT_MESSAGE_BYTES_MAX),
            "The longest payload of a frame that a client may send; a longer one is closed with 1009 at its header."),
    /** The most frames of a message. */
    ENDPOINT_FRAGMENTS_MAX(
            SettingTable.ENDPOINT,
            "fragments-max",
            new Whole("frames", 1, 1_000_000),
            new Fixed((long) ProtocolLimits.DEFAULT.fragmentsMax()),
            "The most frames that one message may be cut into; more are closed with 1009. It keeps a client from spending"
                    + " the server's time on frames that carry nothing."),
    /** The soft mark of what waits for a slow client. */
    ENDPOINT_OUTBOUND_BYTES_SOFT(
            SettingTable.ENDPOINT,
            "outbound-bytes-soft",
            new Whole("bytes", 1, Bounds.GIB),
            new Fixed((long) EndpointLimits.DEFAULT.outboundBytesSoft()),
            "While so much waits for a client that reads slowly, nothing more is read from it."),
    /** The hard limit of what waits for a slow client. */
    ENDPOINT_OUTBOUND_BYTES_MAX(
            SettingTable.ENDPOINT,
            "outbound-bytes-max",
            new Whole("bytes", 1, Integer.MAX_VALUE),
            new Outbound(EndpointLimits.DEFAULT.outboundBytesMax()),
            "The most that may wait for one client; a message that would exceed it is dropped. It has to exceed"
                    + " outbound-bytes-soft by a message of message-bytes-max with the headers of its frames. Each"
                    + " connection may make the server hold as much."),
    /** The length of the frames that long messages leave in. */
    ENDPOINT_FRAGMENT_BYTES(
            SettingTable.ENDPOINT,
            "fragment-bytes",
            new Whole("bytes", 0, Bounds.GIB),
            new Fixed((long) EndpointLimits.DEFAULT.fragmentBytes()),
            "Longer messages are sent in frames of this payload length. 0 sends each in one frame."),

    /** The most connections. */
    SERVER_CONNECTIONS_MAX(
            SettingTable.SERVER,
            "connections-max",
            new Whole("connections", 1, 1_000_000),
            new Fixed((long) ServerOptions.DEFAULT.connectionsMax()),
            "The most connections at a time; further ones are answered with 503. Each takes a file descriptor: raise the"
                    + " limit of the process (ulimit -n) along with it."),
    /** The backlog of each listener. */
    SERVER_BACKLOG(
            SettingTable.SERVER,
            "backlog",
            new Whole("connections", 1, 65_535),
            new Fixed((long) ServerOptions.DEFAULT.backlog()),
            "How many connections may wait to be accepted, for each listener. The system may have a lower limit of its own"
                    + " (net.core.somaxconn)."),
    /** How long a request may take. */
    SERVER_HANDSHAKE_TIMEOUT(
            SettingTable.SERVER,
            "handshake-timeout",
            Bounds.TIMEOUT,
            new Fixed(ServerOptions.DEFAULT.handshakeTimeout()),
            "How long a client may take to send its request; then it is answered with 408. A long time lets idle strangers"
                    + " use up the connections."),
    /** How long a client may be silent. */
    SERVER_IDLE_TIMEOUT(
            SettingTable.SERVER,
            "idle-timeout",
            Bounds.TIMEOUT,
            new Fixed(ServerOptions.DEFAULT.idleTimeout()),
            "How long an open connection may bring nothing, not even a Ping; then it is closed with 1001. Routers on the"
                    + " way often forget connections that are silent for a minute."),
    /** How long a client may take to close. */
    SERVER_CLOSE_TIMEOUT(
            SettingTable.SERVER,
            "close-timeout",
            Bounds.TIMEOUT,
            new Fixed(ServerOptions.DEFAULT.closeTimeout()),
            "How long a client may take to answer a Close; then its connection is cut off. The daemon waits as long when it"
                    + " is stopped."),

    /** The longest request line. */
    HTTP_REQUEST_LINE_BYTES_MAX(
            SettingTable.HTTP,
            "request-line-bytes-max",
            new Whole("bytes", 64, Bounds.HEAD),
            new Fixed((long) HttpLimits.DEFAULT.startLineBytesMax()),
            "The longest request line: method, path with query, and version."),
    /** The most header fields. */
    HTTP_HEADERS_MAX(
            SettingTable.HTTP,
            "headers-max",
            new Whole("fields", 8, 10_000),
            new Fixed((long) HttpLimits.DEFAULT.headersMax()),
            "The most header fields."),
    /** The longest head. */
    HTTP_HEAD_BYTES_MAX(
            SettingTable.HTTP,
            "head-bytes-max",
            new Whole("bytes", 256, Bounds.HEAD),
            new Fixed((long) HttpLimits.DEFAULT.headBytesMax()),
            "The whole head, request line included. Cookies need most of it.");

    private final SettingTable table;
    private final String id;
    private final SettingType type;
    private final SettingDefault standard;
    private final String meaning;

    SettingKey(
            final SettingTable table,
            final String id,
            final SettingType type,
            final SettingDefault standard,
            final String meaning) {
        this.table = table;
        this.id = id;
        this.type = type;
        this.standard = standard;
        this.meaning = meaning;
    }

    /** Ranges that several keys share; a nested class, since a constant of the enum may not use one of its own fields. */
    private static final class Bounds {
        static final long GIB = 1L << 30;
        static final long HEAD = 1L << 20;
        static final Span TIMEOUT = new Span(Duration.ofMillis(10), Duration.ofHours(24));
    }

    /**
     * Finds a key.
     *
     * @param table where it stands
     * @param id its name there
     * @return the key, or nothing where none is called that
     */
    static Optional<SettingKey> called(final SettingTable table, final String id) {
        return table.keys().stream().filter(key -> key.id.equals(id)).findFirst();
    }

    /** {@return the table that it stands in} */
    public SettingTable table() {
        return table;
    }

    /** {@return its name in its table} */
    public String id() {
        return id;
    }

    /** {@return its name with its table's, as messages call it} */
    public String fullName() {
        return table.id() + "." + id;
    }

    /** {@return what its value may be} */
    SettingType type() {
        return type;
    }

    /** {@return what it is where it is left out, or nothing where it has to be given} */
    Optional<SettingDefault> standard() {
        return Optional.ofNullable(standard);
    }

    /** {@return what it is for and what is dangerous about it, as the shipped file says it} */
    public String meaning() {
        return meaning;
    }

    /** {@return what is allowed, with the unit, as messages and the shipped file say it} */
    public String allowed() {
        return type.allowed();
    }

    /** {@return what it is where it is left out, as the shipped file says it; or nothing where it has to be given} */
    public Optional<String> defaultText() {
        return standard().map(told -> told.told(type));
    }
}
