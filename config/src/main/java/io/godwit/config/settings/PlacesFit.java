package io.godwit.config.settings;

import io.godwit.core.http.RequestPath;
import io.godwit.reactor.endpoint.ListenAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tomlj.TomlPosition;

/** Judges whether listeners and endpoints leave each other, and the daemon itself, their places. */
final class PlacesFit {
    private final Mistakes mistakes;

    PlacesFit(final Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    private record Listener(TableValues values, String text, ListenAddress address, long port) {
        TomlPosition place() {
            return values.placeOf(ListenerKey.PORT);
        }
    }

    /**
     * Refuses listeners that could not both be bound.
     *
     * @param listeners the values of each, in the order of the file
     */
    void judgeListeners(final List<TableValues> listeners) {
        final List<Listener> before = new ArrayList<>();
        for (final TableValues values : listeners) {
            if (!values.reads(ListenerKey.ADDRESS)
                    || !values.reads(ListenerKey.PORT)
                    || values.whole(ListenerKey.PORT) == 0) {
                continue;
            }
            final String text = values.text(ListenerKey.ADDRESS);
            final Listener listener =
                    new Listener(values, text, ListenAddress.parse(text), values.whole(ListenerKey.PORT));
            before.stream()
                    .filter(other ->
                            other.port() == listener.port() && other.address().meets(listener.address()))
                    .findFirst()
                    .ifPresent(other -> refuse(listener, other));
            before.add(listener);
        }
    }

    private void refuse(final Listener listener, final Listener first) {
        final String socket = listener.text() + " port " + listener.port();
        final String allowed = "each address and port once";
        if (listener.text().equalsIgnoreCase(first.text())) {
            mistakes.addRepeated(listener.place(), "listener", socket, first.place(), allowed);
        } else {
            final String wrong = socket + " is taken by " + first.text() + " at line "
                    + first.place().line();
            mistakes.add(listener.place(), "listener", wrong, allowed);
        }
    }

    /**
     * Refuses paths that are taken, and those that no request line has room for.
     *
     * @param endpoints the values of each, in the order of the file
     * @param http the values of the table of HTTP
     */
    void judgePaths(final List<TableValues> endpoints, final TableValues http) {
        final Map<String, TomlPosition> seen = new HashMap<>();
        for (final TableValues endpoint : endpoints) {
            if (!endpoint.reads(EndpointKey.PATH)) {
                continue;
            }
            final String key = EndpointKey.PATH.fullName();
            final String path = endpoint.text(EndpointKey.PATH);
            final TomlPosition place = endpoint.placeOf(EndpointKey.PATH);
            final TomlPosition first = seen.putIfAbsent(path, place);
            if (first != null) {
                mistakes.addRepeated(place, key, TomlText.of(path), first, "each path once");
            } else if (OwnPaths.RESERVED.contains(path)) {
                mistakes.add(place, key, TomlText.of(path) + " is the daemon's own", "any other path");
            } else if (http.reads(HttpKey.REQUEST_LINE_BYTES_MAX)) {
                judgeLength(path, place, http.smallWhole(HttpKey.REQUEST_LINE_BYTES_MAX));
            }
        }
    }

    private void judgeLength(final String path, final TomlPosition place, final int requestLine) {
        final int most = RequestPath.charsMax(requestLine);
        if (path.length() > most) {
            final String allowed = "up to " + most + " characters, since a request for it has to fit into "
                    + HttpKey.REQUEST_LINE_BYTES_MAX.id();
            mistakes.add(place, EndpointKey.PATH.fullName(), TomlText.of(path) + " is too long", allowed);
        }
    }
}
