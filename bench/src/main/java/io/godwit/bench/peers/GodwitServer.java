package io.godwit.bench.peers;

import io.godwit.reactor.WebSocketServer;
import io.godwit.reactor.endpoint.AdmissionLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.topic.PublishResult;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;

/**
 * Godwit as its README shows it: the echo handler, on the defaults but for the longest message and the number of
 * connections, which all peers here raise. One loop, and on workers one worker, since the process has one processor. Text is
 * validated, and never becomes a String in the echo.
 */
final class GodwitServer implements PeerServer {

    private final WebSocketServer server;

    /**
     * Starts it.
     *
     * @param service what to do
     * @param isOnWorkers whether the handler runs on a worker rather than on the loop
     * @throws IOException if there is no free port
     */
    GodwitServer(final Service service, final boolean isOnWorkers) throws IOException {
        final WebSocketHandler handler = service.isBroadcast() ? new ToAll() : WebSocketHandler.echo();
        final Endpoint onLoop =
                Endpoint.of(handler).withLimits(EndpointLimits.DEFAULT.withMessageBytesMax(Service.MESSAGE_BYTES_MAX));
        server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint(PATH, isOnWorkers ? onLoop.onWorkers() : onLoop)
                .options(ServerOptions.DEFAULT
                        .withAdmission(new AdmissionLimits(
                                Service.CONNECTIONS_MAX, Service.CONNECTIONS_MAX, AdmissionLimits.DEFAULT.backlog()))
                        .withThreads(Threads.DEFAULT.withWorkers(1)))
                .build()
                .start();
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }

    /** Publishes what comes to a topic that every connection is subscribed to. */
    private static final class ToAll implements WebSocketHandler {
        private final Topic topic = new Topic("all");

        @Override
        public void onOpen(final WebSocket ws) {
            topic.subscribe(ws);
        }

        @Override
        public void onMessage(final WebSocket ws, final Message message) {
            if (publish(message) == PublishResult.DROPPED) {
                throw new IllegalStateException("the load asks for more than waits for one turn");
            }
        }

        private PublishResult publish(final Message message) {
            return message.isText() ? topic.publish(message.text()) : topic.publish(message.bytes());
        }
    }
}
