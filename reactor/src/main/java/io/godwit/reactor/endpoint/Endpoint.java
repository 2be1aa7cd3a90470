package io.godwit.reactor.endpoint;

import io.godwit.core.handshake.OriginPolicy;
import io.godwit.core.handshake.Subprotocols;
import java.util.List;
import java.util.Objects;

/**
 * What is served at a path: a handler, and on which terms. Immutable; one may be served at several paths.
 *
 * @param handler serves all its connections
 * @param execution where the handler runs
 * @param subprotocols in the order of preference; the server agrees on exactly one that the client offers, or on none
 *     (RFC 6455 §4.2.2)
 * @param origins which browsers' pages may connect (§10.2)
 * @param limits what one connection may make the server hold
 */
public record Endpoint(
        WebSocketHandler handler,
        Execution execution,
        List<String> subprotocols,
        OriginPolicy origins,
        EndpointLimits limits) {

    /**
     * Copies and checks the list.
     *
     * @param handler not null
     * @param execution not null
     * @param subprotocols copied
     * @param origins not null
     * @param limits not null
     * @throws IllegalArgumentException if a subprotocol is no token of up to 256 characters, or there twice, or there are more
     *     than 32
     */
    public Endpoint {
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(execution, "execution");
        subprotocols = List.copyOf(subprotocols);
        Subprotocols.require(subprotocols);
        Objects.requireNonNull(origins, "origins");
        Objects.requireNonNull(limits, "limits");
    }

    /**
     * Serves a handler on the default terms: on the loop, no subprotocol, any origin, {@link EndpointLimits#DEFAULT}.
     *
     * @param handler serves all its connections
     * @return the endpoint
     */
    public static Endpoint of(final WebSocketHandler handler) {
        return new Endpoint(handler, Execution.LOOP, List.of(), OriginPolicy.any(), EndpointLimits.DEFAULT);
    }

    /** {@return a copy of this endpoint whose handler runs on the server's worker threads} */
    public Endpoint onWorkers() {
        return new Endpoint(handler, Execution.WORKERS, subprotocols, origins, limits);
    }

    /**
     * Sets the subprotocols.
     *
     * @param names in the order of preference
     * @return a copy of this endpoint with them
     * @throws IllegalArgumentException if one is no token of up to 256 characters, or there twice, or there are more than 32
     */
    public Endpoint withSubprotocols(final String... names) {
        return new Endpoint(handler, execution, List.of(names), origins, limits);
    }

    /**
     * Sets the origins.
     *
     * @param policy which may connect
     * @return a copy of this endpoint with it
     */
    public Endpoint withOrigins(final OriginPolicy policy) {
        return new Endpoint(handler, execution, subprotocols, policy, limits);
    }

    /**
     * Sets the limits.
     *
     * @param terms the limits
     * @return a copy of this endpoint with them
     */
    public Endpoint withLimits(final EndpointLimits terms) {
        return new Endpoint(handler, execution, subprotocols, origins, terms);
    }
}
