package io.godwit.config.settings;

import io.godwit.config.app.App;
import io.godwit.config.settings.SettingDefault.Fixed;
import io.godwit.config.settings.SettingDefault.Outbound;
import io.godwit.config.settings.SettingDefault.SameAs;
import io.godwit.config.settings.SettingType.OneOf;
import io.godwit.config.settings.SettingType.Texts;
import io.godwit.config.settings.SettingType.Whole;
import io.godwit.core.handshake.Subprotocols;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Execution;
import io.godwit.reactor.endpoint.MailboxLimits;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.RateLimits;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import java.util.List;

/** The keys of {@code [[endpoint]]}. */
enum EndpointKey implements SettingKey {
    /** Where an endpoint is found. */
    PATH(
            "path",
            SettingTexts.PATH,
            null,
            "The path that clients connect to, compared as it is sent. No two endpoints may share one; /health, /console.css,"
                    + " /console.js and /godwit.svg are the daemon's own."),
    /** What an endpoint runs. */
    APP(
            "app",
            OneOf.of("an application", App.values()),
            null,
            "The application that is served there. \"echo\" sends each message back as it came."),
    /** Where it runs. */
    EXECUTION(
            "execution",
            OneOf.of("a place to run", Execution.values()),
            new Fixed(Execution.LOOP),
            "Where the application runs. On the \"loop\" it answers soonest, and holds up all connections of its loop while it"
                    + " works; on the \"workers\", which are threads of their own, it holds up its own connection only, while"
                    + " there are workers left."),
    /** What an endpoint speaks. */
    SUBPROTOCOLS(
            "subprotocols",
            new Texts(SettingTexts.TOKEN, Subprotocols.COUNT_MAX),
            new Fixed(List.of()),
            "The subprotocols to agree on, the preferred one first. A client that offers none of them is served without"
                    + " one, and may then close the connection itself."),
    /** Whose pages may connect. */
    ORIGINS(
            "origins",
            new Texts(SettingTexts.ORIGIN, 256),
            new Fixed(List.of(SettingTexts.ANY_ORIGIN)),
            "The origins whose pages may connect from a browser; others are refused with 403. \"*\" alone is every origin, and"
                    + " dangerous as soon as cookies or the network itself give a browser rights here: any page that its"
                    + " user visits can then use them. Clients that send no origin are no browsers, and are served."),
    /** The longest message. */
    MESSAGE_BYTES_MAX(
            "message-bytes-max",
            new Whole("bytes", 1, SettingRanges.GIB),
            new Fixed((long) ProtocolLimits.DEFAULT.messageBytesMax()),
            "The longest message that a client may send, all its frames together; a longer one is closed with 1009. Each"
                    + " connection may make the server hold as much."),
    /** The longest frame. */
    FRAME_BYTES_MAX(
            "frame-bytes-max",
            new Whole("bytes", 1, SettingRanges.GIB),
            new SameAs(MESSAGE_BYTES_MAX),
            "The longest payload of a frame that a client may send; a longer one is closed with 1009 at its header."),
    /** The most frames of a message. */
    FRAGMENTS_MAX(
            "fragments-max",
            new Whole("frames", 1, 1_000_000),
            new Fixed((long) ProtocolLimits.DEFAULT.fragmentsMax()),
            "The most frames that one message may be cut into; more are closed with 1009. It keeps a client from spending"
                    + " the server's time on frames that carry nothing."),
    /** The soft mark of what waits for a slow client. */
    OUTBOUND_BYTES_SOFT(
            "outbound-bytes-soft",
            new Whole("bytes", 1, SettingRanges.GIB),
            new Fixed((long) OutboundLimits.DEFAULT.bytesSoft()),
            "While so much waits for a client that reads slowly, nothing more is read from it."),
    /** The hard limit of what waits for a slow client. */
    OUTBOUND_BYTES_MAX(
            "outbound-bytes-max",
            new Whole("bytes", 1, Integer.MAX_VALUE),
            new Outbound(OutboundLimits.DEFAULT.bytesMax()),
            "The most that may wait for one client; slow-consumer-policy says what becomes of a message that would exceed"
                    + " it. It has to exceed outbound-bytes-soft by a message of message-bytes-max with the headers of its"
                    + " frames. Each connection may make the server hold as much, and twice as much if its application is on the"
                    + " \"workers\" and the policy drops what waits."),
    /** What happens at the hard limit. */
    SLOW_CONSUMER_POLICY(
            "slow-consumer-policy",
            OneOf.of("a policy", SlowConsumerPolicy.values()),
            new Fixed(OutboundLimits.DEFAULT.policy()),
            "What happens when a message would exceed outbound-bytes-max. \"close\" closes the connection with 1008."
                    + " \"drop-newest\" drops that message, \"drop-oldest\" those that have waited longest until it fits, and"
                    + " \"keep-latest\" all that wait: with these three a client misses messages, and is not told."),
    /** How long a client may be slow. */
    SLOW_CONSUMER_TIMEOUT(
            "slow-consumer-timeout",
            SettingRanges.TIMEOUT,
            new Fixed(OutboundLimits.DEFAULT.timeout()),
            "While outbound-bytes-soft is reached, a client has to take as many bytes as that within this time; a slower one"
                    + " is closed with 1008, whatever the policy. A long time lets clients that do not read keep their"
                    + " memory."),
    /** The length of the frames that long messages leave in. */
    FRAGMENT_BYTES(
            "fragment-bytes",
            new Whole("bytes", 0, SettingRanges.GIB),
            new Fixed((long) EndpointLimits.DEFAULT.fragmentBytes()),
            "Longer messages are sent in frames of this payload length. 0 sends each in one frame."),
    /** The most messages in a second. */
    MESSAGES_PER_SECOND_MAX(
            "messages-per-second-max",
            new Whole("messages", 1, 1_000_000_000),
            new Fixed(RateLimits.DEFAULT.messagesPerSecondMax()),
            "The most messages that a client may send in a second, Pings and Pongs included. As many may come at once, after"
                    + " a second of silence."),
    /** The most bytes in a second. */
    BYTES_PER_SECOND_MAX(
            "bytes-per-second-max",
            new Whole("bytes", 1, SettingRanges.TIB),
            new Fixed(RateLimits.DEFAULT.bytesPerSecondMax()),
            "The most bytes that a client may send in a second, headers of frames included. As many may come at once, after a"
                    + " second of silence."),
    /** What happens to a client that is faster. */
    RATE_ACTION(
            "rate-action",
            OneOf.of("an action", RateLimits.Action.values()),
            new Fixed(RateLimits.DEFAULT.action()),
            "What happens to a client that sends faster than messages-per-second-max or bytes-per-second-max. \"close\" closes"
                    + " it with 1008, even an honest one whose message of more bytes than that comes at once. \"throttle\""
                    + " reads it more slowly, and loses nothing."),
    /** The most messages that wait for the application. */
    MAILBOX_MESSAGES_MAX(
            "mailbox-messages-max",
            new Whole("messages", 1, 1 << 20),
            new Fixed((long) MailboxLimits.DEFAULT.messagesMax()),
            "The most messages of one client that may wait for an application on the \"workers\"; while so many wait,"
                    + " nothing more is read from it, until half of them are done."),
    /** The most bytes that wait for the application. */
    MAILBOX_BYTES_MAX(
            "mailbox-bytes-max",
            new Whole("bytes", 1, SettingRanges.GIB),
            new Fixed((long) MailboxLimits.DEFAULT.bytesMax()),
            "The bytes of one client that wait so when nothing more is read from it. The message that reaches them waits too:"
                    + " each connection may make the server hold as much, and one message of message-bytes-max.");

    private final SettingDeclaration declaration;

    EndpointKey(final String id, final SettingType type, final SettingDefault standard, final String meaning) {
        declaration = new SettingDeclaration(SettingTable.ENDPOINT, id, type, standard, meaning);
    }

    @Override
    public SettingDeclaration declaration() {
        return declaration;
    }
}
