package io.godwit.reactor.server;

import io.godwit.core.http.HttpLimits;
import io.godwit.core.http.RequestPath;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.Execution;
import io.godwit.reactor.endpoint.HttpResponder;
import io.godwit.reactor.session.HandlerPerConnection;
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

    /** How much of a path that is too long an exception shows. */
    private static final int SHOWN_CHARS_MAX = 60;

    private static final Route NOTHING = new Route(null, null, null);

    private final Map<String, Route> byPath = new HashMap<>();

    /** Starts with nothing. */
    public Routes() {}

    /**
     * Serves an endpoint.
     *
     * @param path one that {@link RequestPath#isValid}
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
     * @param path one that {@link RequestPath#isValid}
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
        if (!RequestPath.isValid(path)) {
            throw new IllegalArgumentException('"' + path + "\" is not " + RequestPath.ALLOWED);
        }
        return path;
    }

    /**
     * Checks that the whole can be served.
     *
     * @param http what a request may take
     * @throws IllegalStateException if there is nothing to serve, if a path is longer than a request line can be, or if a
     *     conversation, which has a thread of its own, is to run on workers
     */
    public void requireServable(final HttpLimits http) {
        if (byPath.isEmpty()) {
            throw new IllegalStateException("nothing to serve: there is neither an endpoint nor an HTTP responder");
        }
        final int most = RequestPath.charsMax(http.startLineBytesMax());
        for (final Route route : byPath.values()) {
            if (route.path().length() > most) {
                throw new IllegalStateException(
                        "a path of " + route.path().length() + " characters can never be asked for,"
                                + " since startLineBytesMax leaves room for " + most + ": "
                                + route.path().substring(0, Math.min(most, SHOWN_CHARS_MAX)) + "…");
            }
            if (route.endpoint() != null && isConversationOnWorkers(route.endpoint())) {
                throw new IllegalStateException(
                        "the endpoint at " + route.path() + " is a conversation, which has a thread"
                                + " of its own, and cannot run on workers: leave out onWorkers()");
            }
        }
    }

    private static boolean isConversationOnWorkers(final Endpoint endpoint) {
        return endpoint.execution() == Execution.WORKERS && endpoint.handler() instanceof HandlerPerConnection;
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
