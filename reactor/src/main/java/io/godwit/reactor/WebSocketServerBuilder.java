package io.godwit.reactor;

import io.godwit.reactor.conversation.AcceptQueue;
import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.HttpResponder;
import io.godwit.reactor.endpoint.ListenAddress;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.server.Routes;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Collects what a server is made of. For one thread. It may make several servers: they share the handlers that it was given,
 * and nothing else.
 */
public final class WebSocketServerBuilder {

    final List<InetSocketAddress> addresses = new ArrayList<>();
    final Routes routes = new Routes();
    ServerOptions options = ServerOptions.DEFAULT;
    boolean stepped;
    boolean sharesPorts = true;

    /** Where to accept from; null: nowhere. */
    String acceptingPath;

    int acceptingMax;

    WebSocketServerBuilder() {}

    /**
     * Adds an address to listen on; one at least is needed.
     *
     * @param address a host name, an IPv4 or IPv6 address; {@code 0.0.0.0}: all of IPv4, {@code ::}: all
     * @param port 0: any free one
     * @return this
     * @throws IllegalArgumentException if the address or the port is none, or another address of this server takes that port
     *     already
     */
    public WebSocketServerBuilder listen(final String address, final int port) {
        final InetSocketAddress socket = InetSocketAddress.createUnresolved(address, port);
        final ListenAddress parsed = ListenAddress.parse(address);
        if (parsed == null) {
            throw new IllegalArgumentException('"' + address + "\" is not " + ListenAddress.ALLOWED);
        }
        for (final InetSocketAddress other : addresses) {
            if (port != 0
                    && other.getPort() == port
                    && ListenAddress.parse(other.getHostString()).meets(parsed)) {
                throw new IllegalArgumentException(
                        address + " port " + port + " is taken by " + other.getHostString() + " of this server");
            }
        }
        addresses.add(socket);
        return this;
    }

    /**
     * Serves an endpoint at a path, which may have a plain HTTP answer too.
     *
     * @param path as it stands in the request, escapes included, without the query
     * @param endpoint what to serve
     * @return this
     * @throws IllegalArgumentException if no client sends such a path (RFC 3986 §3.3), or it has an endpoint
     */
    public WebSocketServerBuilder endpoint(final String path, final Endpoint endpoint) {
        routes.endpoint(path, endpoint);
        return this;
    }

    /**
     * Serves a handler at a path, on the default terms.
     *
     * @param path as it stands in the request, escapes included, without the query
     * @param handler serves all connections of the path
     * @return this
     * @throws IllegalArgumentException if no client sends such a path (RFC 3986 §3.3), or it has an endpoint
     */
    public WebSocketServerBuilder endpoint(final String path, final WebSocketHandler handler) {
        return endpoint(path, Endpoint.of(handler));
    }

    /**
     * Gives the connections of a path to those who write their own accept loop: {@link WebSocketServer#accept} hands them
     * out. Once; where several paths or other terms are wanted, give an {@link AcceptQueue} to each endpoint.
     *
     * @param path as it stands in the request, escapes included, without the query
     * @param waitingMax how many open connections may wait to be accepted; past that an opening handshake is answered 503
     * @return this
     * @throws IllegalArgumentException if no client sends such a path (RFC 3986 §3.3), or it has an endpoint, or the number is
     *     not positive
     * @throws IllegalStateException if there is such a path already
     */
    public WebSocketServerBuilder accepting(final String path, final int waitingMax) {
        if (acceptingPath != null) {
            throw new IllegalStateException("there is a path to accept from already");
        }
        // Checks both, and keeps the path; each server gets a queue of its own.
        endpoint(path, new AcceptQueue(waitingMax).handler());
        acceptingPath = path;
        acceptingMax = waitingMax;
        return this;
    }

    /**
     * Answers plain HTTP at a path, which may have an endpoint too.
     *
     * @param path as it stands in the request, escapes included, without the query
     * @param responder answers GET and HEAD
     * @return this
     * @throws IllegalArgumentException if no client sends such a path (RFC 3986 §3.3), or it has a responder
     */
    public WebSocketServerBuilder http(final String path, final HttpResponder responder) {
        routes.http(path, responder);
        return this;
    }

    /**
     * Sets what holds for the server as a whole.
     *
     * @param terms in place of {@link ServerOptions#DEFAULT}
     * @return this
     */
    public WebSocketServerBuilder options(final ServerOptions terms) {
        options = Objects.requireNonNull(terms, "terms");
        return this;
    }

    /**
     * Has the server driven by its caller, through {@link WebSocketServer#doWork}, rather than by a thread of its own; for
     * servers of one loop.
     *
     * @return this
     */
    public WebSocketServerBuilder stepped() {
        stepped = true;
        return this;
    }

    /** For tests: has one loop accept for all, as where ports cannot be shared. */
    WebSocketServerBuilder withoutSharedPorts() {
        sharesPorts = false;
        return this;
    }

    /**
     * Makes the server, which does not listen yet. Later calls of this builder do not change it.
     *
     * @return the server
     * @throws IllegalStateException if there is no address or nothing to serve, if a path is too long for the request line
     *     ({@link io.godwit.core.http.HttpLimits#startLineBytesMax}), if a {@link Conversation} is to run on workers, or if a
     *     stepped server is to have several loops
     * @throws IllegalArgumentException if the heap has no room for what the options ask for ({@link ServerOptions#fittedTo})
     */
    public WebSocketServer build() {
        if (addresses.isEmpty()) {
            throw new IllegalStateException("no address to listen on");
        }
        routes.requireServable(options.http());
        if (stepped && options.threads().loops() != 1) {
            throw new IllegalStateException("a stepped server has one loop, which its caller drives");
        }
        return new WebSocketServer(this);
    }
}
