package io.godwit.config.settings;

import io.godwit.config.app.App;
import io.godwit.core.http.HttpLimits;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import java.util.List;
import java.util.Map;
import org.tomlj.TomlPosition;

/** Puts the values of a file without mistakes together, in the records of the embedding API. */
final class SettingsAssembly {
    private final Map<SettingTable, List<TableValues>> tables;

    SettingsAssembly(final Map<SettingTable, List<TableValues>> tables) {
        this.tables = tables;
    }

    DaemonSettings assemble() {
        return new DaemonSettings(
                tables.get(SettingTable.LISTENER).stream()
                        .map(SettingsAssembly::listener)
                        .toList(),
                tables.get(SettingTable.ENDPOINT).stream()
                        .map(SettingsAssembly::endpoint)
                        .toList(),
                server());
    }

    private static ListenerSettings listener(final TableValues values) {
        return new ListenerSettings(
                values.text(SettingKey.LISTENER_ADDRESS), values.smallWhole(SettingKey.LISTENER_PORT));
    }

    private static EndpointSettings endpoint(final TableValues values) {
        final ProtocolLimits protocol = new ProtocolLimits(
                values.whole(SettingKey.ENDPOINT_FRAME_BYTES_MAX),
                values.smallWhole(SettingKey.ENDPOINT_MESSAGE_BYTES_MAX),
                values.smallWhole(SettingKey.ENDPOINT_FRAGMENTS_MAX));
        final EndpointLimits limits = new EndpointLimits(
                protocol,
                values.smallWhole(SettingKey.ENDPOINT_OUTBOUND_BYTES_SOFT),
                values.smallWhole(SettingKey.ENDPOINT_OUTBOUND_BYTES_MAX),
                values.smallWhole(SettingKey.ENDPOINT_FRAGMENT_BYTES));
        return new EndpointSettings(
                values.text(SettingKey.ENDPOINT_PATH),
                App.called(values.text(SettingKey.ENDPOINT_APP)).orElseThrow(),
                values.texts(SettingKey.ENDPOINT_SUBPROTOCOLS),
                values.texts(SettingKey.ENDPOINT_ORIGINS),
                limits);
    }

    private ServerOptions server() {
        final TableValues http = only(SettingTable.HTTP);
        final TableValues server = only(SettingTable.SERVER);
        final HttpLimits limits = new HttpLimits(
                http.smallWhole(SettingKey.HTTP_REQUEST_LINE_BYTES_MAX),
                http.smallWhole(SettingKey.HTTP_HEADERS_MAX),
                http.smallWhole(SettingKey.HTTP_HEAD_BYTES_MAX));
        return new ServerOptions(
                limits,
                server.smallWhole(SettingKey.SERVER_CONNECTIONS_MAX),
                server.smallWhole(SettingKey.SERVER_BACKLOG),
                server.span(SettingKey.SERVER_HANDSHAKE_TIMEOUT),
                server.span(SettingKey.SERVER_IDLE_TIMEOUT),
                server.span(SettingKey.SERVER_CLOSE_TIMEOUT));
    }

    private TableValues only(final SettingTable table) {
        final List<TableValues> all = tables.get(table);
        return all.isEmpty() ? new TableValues(TomlPosition.positionAt(1, 1), true) : all.get(0);
    }
}
