package io.godwit.reactor.server;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.HttpResponder;
import io.godwit.reactor.session.Sessions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** What is served at which path. Paths are compared as they are, without decoding. Immutable once the server starts. */
public final class Routes {

    /**
     * What is served at one path.
     *
     * @param path as a request has it; null: none
     * @param endpoint for upgrades, or null
     * @param responder for plain HTTP, or null
     */
    public record Route(String path, Endpoint endpoint, HttpResponder responder) {}

    private static final Route NOTHING = new Route(null, null, null);

    private final Map<String, Route> byPath = new HashMap<>();

    /** Starts with nothing. */
    public Routes() {}

    /**
     * Serves an endpoint.
     *
     * @param path begins with a slash
     * @param endpoint what to serve
     * @throws IllegalArgumentException if the path is none, or has an endpoint
     */
    public void endpoint(final String path, final Endpoint endpoint) {
        Objects.requireNonNull(endpoint, "endpoint");
        final Route route = at(requirePath(path));
        if (route.endpoint() != null) {
            throw new IllegalArgumentException("there are two endpoints at " + path);
        }
        byPath.put(path, new Route(path, endpoint, route.responder()));
    }

    /**
     * Serves another endpoint in place of the one that there is.
     *
     * @param path of that
     * @param endpoint what to serve
     */
    public void replaceEndpoint(final String path, final Endpoint endpoint) {
        byPath.put(path, new Route(path, endpoint, at(path).responder()));
    }

    /**
     * Serves plain HTTP.
     *
     * @param path begins with a slash
     * @param responder answers
     * @throws IllegalArgumentException if the path is none, or has a responder
     */
    public void http(final String path, final HttpResponder responder) {
        Objects.requireNonNull(responder, "responder");
        final Route route = at(requirePath(path));
        if (route.responder() != null) {
            throw new IllegalArgumentException("there are two responders at " + path);
        }
        byPath.put(path, new Route(path, route.endpoint(), responder));
    }

    private static String requirePath(final String path) {
        if (!path.startsWith("/") || path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new IllegalArgumentException("a path begins with / and has no query: " + path);
        }
        return path;
    }

    /** {@return a copy that later calls do not change} */
    public Routes copy() {
        final Routes copy = new Routes();
        copy.byPath.putAll(byPath);
        return copy;
    }

    /** {@return whether there is a handler that runs on workers} */
    boolean needWorkers() {
        return byPath.values().stream()
                .anyMatch(route -> route.endpoint() != null && Sessions.onWorkers(route.endpoint()));
    }

    /** {@return the longest message that an endpoint takes whole, in bytes; 0 if there is none} */
    public long messageBytesMax() {
        return byPath.values().stream()
                .filter(route -> route.endpoint() != null && !takesFragments(route.endpoint()))
                .mapToLong(route -> route.endpoint().limits().protocol().messageBytesMax())
                .max()
                .orElse(0);
    }

    private static boolean takesFragments(final Endpoint endpoint) {
        try {
            return endpoint.handler().takesFragments();
        } catch (final RuntimeException | Error e) {
            // It is asked again for each connection, which tells the log.
            return false;
        }
    }

    Route at(final String path) {
        return byPath.getOrDefault(path, NOTHING);
    }
}
