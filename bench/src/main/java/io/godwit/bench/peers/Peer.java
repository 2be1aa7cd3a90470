package io.godwit.bench.peers;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The servers that are compared. */
public enum Peer {
    /** A bare NIO loop, which moves the right number of bytes. */
    FLOOR("floor"),
    /** Godwit, its handler on the loop. */
    GODWIT("Godwit"),
    /** Godwit, its handler on a worker thread. */
    GODWIT_WORKERS("Godwit, on workers"),
    /** Netty on its native transport. */
    NETTY_EPOLL("Netty, epoll"),
    /** Netty on NIO. */
    NETTY_NIO("Netty, NIO"),
    /** Undertow. */
    UNDERTOW("Undertow"),
    /** Jetty. */
    JETTY("Jetty"),
    /** Java-WebSocket. */
    JAVA_WEBSOCKET("Java-WebSocket"),
    /** Vert.x. */
    VERTX("Vert.x");

    private final String title;

    Peer(final String title) {
        this.title = title;
    }

    /** {@return how a person calls it} */
    public String title() {
        return title;
    }

    /** {@return how a command line calls it} */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@return whether what it sends back is what has come} */
    public boolean isEcho() {
        return this != FLOOR;
    }

    /**
     * Finds one.
     *
     * @param key as {@link #key} gives it
     * @return the server
     * @throws IllegalArgumentException if there is none
     */
    public static Peer of(final String key) {
        for (final Peer peer : values()) {
            if (peer.key().equals(key)) {
                return peer;
            }
        }
        final String known = Arrays.stream(values()).map(Peer::key).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("\"" + key + "\" is none of " + known);
    }

    /**
     * Starts it in this process.
     *
     * @param service what it has to do
     * @return the server, which listens
     * @throws Exception if it cannot start
     */
    public PeerServer start(final Service service) throws Exception {
        return switch (this) {
            case FLOOR -> new FloorServer(service);
            case GODWIT -> new GodwitServer(service, false);
            case GODWIT_WORKERS -> new GodwitServer(service, true);
            case NETTY_EPOLL -> new NettyServer(service, true);
            case NETTY_NIO -> new NettyServer(service, false);
            case UNDERTOW -> new UndertowServer(service);
            case JETTY -> new JettyServer(service);
            case JAVA_WEBSOCKET -> new JavaWebSocketServer(service);
            case VERTX -> new VertxServer(service);
        };
    }
}
