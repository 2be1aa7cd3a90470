package io.godwit.config.settings;

import io.godwit.config.app.App;
import io.godwit.core.http.HttpLimits;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.AdmissionLimits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Execution;
import io.godwit.reactor.endpoint.Idling;
import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.endpoint.MailboxLimits;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.RateLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.SocketOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.Timeouts;

/** Puts the values of a file without mistakes together, in the records of the embedding API. */
final class SettingsAssembly {
    private final FileValues file;

    SettingsAssembly(final FileValues file) {
        this.file = file;
    }

    DaemonSettings assemble() {
        final TableValues server = file.only(SettingTable.SERVER);
        return new DaemonSettings(
                file.all(SettingTable.LISTENER).stream()
                        .map(SettingsAssembly::listener)
                        .toList(),
                file.all(SettingTable.ENDPOINT).stream()
                        .map(SettingsAssembly::endpoint)
                        .toList(),
                new ServerOptions(
                        http(file.only(SettingTable.HTTP)),
                        admission(server),
                        timeouts(server),
                        threads(file.only(SettingTable.THREADS)),
                        loop(file.only(SettingTable.LOOP)),
                        new SocketOptions(server.smallWhole(ServerKey.SEND_BUFFER_BYTES))),
                server.span(ServerKey.DRAIN_DELAY),
                server.span(ServerKey.DRAIN_TIMEOUT));
    }

    private static ListenerSettings listener(final TableValues values) {
        return new ListenerSettings(
                values.text(ListenerKey.ADDRESS),
                values.smallWhole(ListenerKey.PORT),
                values.header().line(),
                values.header().column());
    }

    private static EndpointSettings endpoint(final TableValues values) {
        return new EndpointSettings(
                values.text(EndpointKey.PATH),
                values.choice(EndpointKey.APP, App.class),
                values.choice(EndpointKey.EXECUTION, Execution.class),
                values.texts(EndpointKey.SUBPROTOCOLS),
                values.texts(EndpointKey.ORIGINS),
                limits(values));
    }

    private static EndpointLimits limits(final TableValues values) {
        return new EndpointLimits(
                new ProtocolLimits(
                        values.whole(EndpointKey.FRAME_BYTES_MAX),
                        values.smallWhole(EndpointKey.MESSAGE_BYTES_MAX),
                        values.smallWhole(EndpointKey.FRAGMENTS_MAX)),
                new RateLimits(
                        values.whole(EndpointKey.MESSAGES_PER_SECOND_MAX),
                        values.whole(EndpointKey.BYTES_PER_SECOND_MAX),
                        values.choice(EndpointKey.RATE_ACTION, RateLimits.Action.class)),
                new OutboundLimits(
                        values.smallWhole(EndpointKey.OUTBOUND_BYTES_SOFT),
                        values.smallWhole(EndpointKey.OUTBOUND_BYTES_MAX),
                        values.choice(EndpointKey.SLOW_CONSUMER_POLICY, SlowConsumerPolicy.class),
                        values.span(EndpointKey.SLOW_CONSUMER_TIMEOUT)),
                new MailboxLimits(
                        values.smallWhole(EndpointKey.MAILBOX_MESSAGES_MAX),
                        values.smallWhole(EndpointKey.MAILBOX_BYTES_MAX)),
                values.smallWhole(EndpointKey.FRAGMENT_BYTES));
    }

    private static HttpLimits http(final TableValues values) {
        return new HttpLimits(
                values.smallWhole(HttpKey.REQUEST_LINE_BYTES_MAX),
                values.smallWhole(HttpKey.HEADERS_MAX),
                values.smallWhole(HttpKey.HEAD_BYTES_MAX));
    }

    private static AdmissionLimits admission(final TableValues values) {
        return new AdmissionLimits(
                values.smallWhole(ServerKey.CONNECTIONS_MAX),
                values.smallWhole(ServerKey.CONNECTIONS_PER_ADDRESS_MAX),
                values.smallWhole(ServerKey.BACKLOG));
    }

    private static Timeouts timeouts(final TableValues values) {
        return new Timeouts(
                values.span(ServerKey.HANDSHAKE_TIMEOUT),
                values.span(ServerKey.IDLE_TIMEOUT),
                values.span(ServerKey.PING_INTERVAL),
                values.span(ServerKey.PONG_TIMEOUT),
                values.span(ServerKey.MESSAGE_TIMEOUT),
                values.span(ServerKey.CLOSE_TIMEOUT));
    }

    private static Threads threads(final TableValues values) {
        return new Threads(
                values.smallWhole(ThreadsKey.LOOPS),
                values.choice(ThreadsKey.IDLING, Idling.class),
                values.smallWhole(ThreadsKey.WORKERS),
                values.smallWhole(ThreadsKey.RESTARTS_MAX),
                values.span(ThreadsKey.BLOCKED_LOOP_WARNING));
    }

    private static LoopLimits loop(final TableValues values) {
        return new LoopLimits(
                // What is left out the server fits to the heap.
                values.isGiven(LoopKey.BUFFERED_BYTES_MAX)
                        ? values.whole(LoopKey.BUFFERED_BYTES_MAX)
                        : LoopLimits.FITTED,
                values.smallWhole(LoopKey.READ_BYTES_PER_CONNECTION_MAX),
                values.smallWhole(LoopKey.ACCEPTS_PER_CYCLE_MAX),
                values.smallWhole(LoopKey.COMMANDS_PER_CYCLE_MAX),
                values.smallWhole(LoopKey.EXPIRIES_PER_CYCLE_MAX),
                values.smallWhole(LoopKey.DELIVERIES_PER_CYCLE_MAX));
    }
}
