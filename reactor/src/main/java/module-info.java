/**
 * The WebSocket server: one selector loop, the connections it owns, and what an embedder sees of them.
 *
 * <p>Start at {@link io.godwit.reactor.WebSocketServer} and {@link io.godwit.reactor.endpoint.WebSocketHandler}.
 */
@SuppressWarnings("requires-automatic")
module io.godwit.reactor {
    requires transitive io.godwit.core;
    requires org.agrona;
    requires org.jctools.core.jdk11;

    exports io.godwit.reactor;
    exports io.godwit.reactor.conversation;
    exports io.godwit.reactor.endpoint;
    exports io.godwit.reactor.metrics;
    exports io.godwit.reactor.topic;
}
