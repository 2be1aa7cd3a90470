package io.godwit.reactor.metrics;

/** What a server counts. A counter only grows; a gauge is what there is now. */
public enum Metric {
    /** Connections that were accepted from the kernel. */
    CONNECTIONS_ACCEPTED("connections", "accepted from the kernel"),
    /** Connections there are now, whatever their state. */
    CONNECTIONS_OPEN("connections", "there now, whatever their state", true),
    /** Connections that found the server full. */
    CONNECTIONS_REFUSED("connections", "that found the server full"),
    /** Connections that found their address to have too many. */
    ADDRESSES_REFUSED("connections", "whose address had too many already"),
    /** Pauses of accepting, for want of descriptors. */
    ACCEPT_PAUSES("pauses", "of accepting, for want of descriptors"),
    /** Requests that got an answer other than 101. */
    HTTP_ANSWERS("requests", "answered without an upgrade, whatever the status"),
    /** Requests that did not come in time, or were not decided on. */
    HANDSHAKE_TIMEOUTS("connections", "whose opening handshake took too long"),
    /** Opening handshakes that succeeded. */
    WEBSOCKETS_OPENED("connections", "whose opening handshake succeeded"),
    /** Open connections that have ended. */
    WEBSOCKETS_CLOSED("connections", "that were open and have ended"),
    /** Messages that came, or parts of them where the handler takes those. */
    MESSAGES_RECEIVED("messages", "delivered to handlers; parts of them, where a handler takes those"),
    /** Bytes read from sockets. */
    BYTES_RECEIVED("bytes", "read from sockets"),
    /** Messages that were taken to be sent. */
    MESSAGES_SENT("messages", "taken to be sent"),
    /** Bytes that sockets took. */
    BYTES_SENT("bytes", "taken by sockets"),
    /** Pings sent to keep connections alive. */
    PINGS_SENT("pings", "sent to keep connections alive"),
    /** Connections failed for what the peer sent. */
    VIOLATIONS("connections", "failed for what the peer sent"),
    /** Connections closed since a message did not end. */
    MESSAGE_TIMEOUTS("connections", "closed since a message did not end in time"),
    /** Connections closed for a rate. */
    RATES_EXCEEDED("connections", "closed for sending too fast"),
    /** Pauses of reading for a rate. */
    THROTTLES("pauses", "of reading from peers that sent too fast"),
    /** Connections closed for silence. */
    IDLE_TIMEOUTS("connections", "closed for silence"),
    /** Connections closed since no Pong came. */
    PONG_TIMEOUTS("connections", "closed since no Pong came in time"),
    /** Connections cut off since the peer did not answer Close. */
    CLOSE_TIMEOUTS("connections", "cut off since no Close came in time"),
    /** Connections closed for reading too slowly. */
    SLOW_CONSUMERS("connections", "closed for reading too slowly"),
    /** Messages that were not taken. */
    MESSAGES_DROPPED("messages", "not taken, since too much waited"),
    /** Messages that were taken and dropped later. */
    MESSAGES_EVICTED("messages", "dropped later, to make room for newer ones"),
    /** Connections closed, and requests refused, for want of memory in the loop's budget. */
    OVERLOADS("connections", "closed or refused since the loop's memory was used up"),
    /** Pauses of reading since the handler did not keep up. */
    MAILBOXES_FULL("pauses", "of reading, since the handler did not keep up"),
    /** Handlers that threw. */
    HANDLER_FAILURES("connections", "failed since the handler threw"),
    /** Connections that failed of themselves. */
    CONNECTION_FAILURES("connections", "that failed for a mistake of the server's own"),
    /** Threads that ended by an error. */
    THREAD_FAILURES("threads", "ended by an error"),
    /** Messages published to topics. */
    TOPIC_MESSAGES("messages", "published to topics, once for each loop with subscribers"),
    /** Messages handed to subscribers. */
    TOPIC_DELIVERIES("messages", "of topics handed to subscribers"),
    /** Messages not published, since too many waited. */
    TOPIC_DROPS("messages", "not published, since too many waited"),
    /** Memory held now, of all that the loops may hold. */
    BUFFERED_BYTES("bytes", "of the loops' memory held now", true),
    /** Times that a loop was held up for too long. */
    BLOCKED_LOOPS("cycles", "of a loop that lasted longer than its warning allows"),
    /** The longest cycle of any loop within the last 30 to 60 seconds. */
    CYCLE_NANOS_MAX("nanoseconds", "that the longest cycle of a loop took within the last minute", true, true),
    /** How long the present cycle of that loop has lasted which is furthest behind. */
    LOOP_LAG_NANOS("nanoseconds", "by which the loop is behind now that is furthest behind", true, true);

    private final String unit;
    private final String help;
    private final boolean gauge;
    private final boolean maximum;

    Metric(final String unit, final String help) {
        this(unit, help, false);
    }

    Metric(final String unit, final String help, final boolean gauge) {
        this(unit, help, gauge, false);
    }

    Metric(final String unit, final String help, final boolean gauge, final boolean maximum) {
        this.unit = unit;
        this.help = help;
        this.gauge = gauge;
        this.maximum = maximum;
    }

    /** {@return what it counts, in the plural} */
    public String unit() {
        return unit;
    }

    /** {@return which of those} */
    public String help() {
        return help;
    }

    /** {@return whether it may fall} */
    public boolean isGauge() {
        return gauge;
    }

    /** {@return whether the figure of a server is the greatest of its loops' figures, and not their sum} */
    public boolean isMaximum() {
        return maximum;
    }
}
