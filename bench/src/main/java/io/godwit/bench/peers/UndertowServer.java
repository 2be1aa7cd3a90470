package io.godwit.bench.peers;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.xnio.Options;

/**
 * Undertow, with the listener of its WebSocket example. Its guide wants an I/O thread for each processor (here one), and no
 * blocking work on it, of which there is none. Buffers are the default: direct, and of the size that the guide names best.
 * Text is a String to that listener; it is validated.
 *
 * <p>Each message is flushed for itself. A channel can be told to wait for a flush, but its listener is not told when all that
 * was read has been handled. One that asks for frames until there are none, and flushes then, costs 0.56 of this one with 16
 * messages in flight, but 1.6 of it with one, for the read that finds nothing: so it is left as the example has it.
 */
final class UndertowServer implements PeerServer {

    private final Undertow server;

    /**
     * Starts it.
     *
     * @param service what to do
     */
    UndertowServer(final Service service) {
        server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setIoThreads(1)
                .setSocketOption(Options.TCP_NODELAY, true)
                .setSocketOption(Options.BACKLOG, Service.BACKLOG)
                .setHandler(Handlers.path().addExactPath(PATH, Handlers.websocket((exchange, channel) -> {
                    channel.getReceiveSetter().set(service.isBroadcast() ? new ToAll() : new Echo());
                    channel.resumeReceives();
                })))
                .build();
        server.start();
    }

    @Override
    public int port() {
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public void close() {
        server.stop();
    }

    private static class Echo extends AbstractReceiveListener {
        @Override
        protected void onFullTextMessage(final WebSocketChannel channel, final BufferedTextMessage message) {
            WebSockets.sendText(message.getData(), channel, null);
        }

        @Override
        protected void onFullBinaryMessage(final WebSocketChannel channel, final BufferedBinaryMessage message) {
            // The type has a name that is deprecated, and no other.
            final var data = message.getData();
            WebSockets.sendBinary(data.getResource(), channel, new Free(data::close));
        }

        @Override
        protected long getMaxTextBufferSize() {
            return Service.MESSAGE_BYTES_MAX;
        }

        @Override
        protected long getMaxBinaryBufferSize() {
            return Service.MESSAGE_BYTES_MAX;
        }
    }

    private static final class ToAll extends Echo {
        @Override
        protected void onFullTextMessage(final WebSocketChannel channel, final BufferedTextMessage message) {
            final String text = message.getData();
            for (final WebSocketChannel subscriber : channel.getPeerConnections()) {
                WebSockets.sendText(text, subscriber, null);
            }
        }

        @Override
        protected void onFullBinaryMessage(final WebSocketChannel channel, final BufferedBinaryMessage message) {
            final var data = message.getData();
            final ByteBuffer bytes = WebSockets.mergeBuffers(data.getResource());
            data.close();
            for (final WebSocketChannel subscriber : channel.getPeerConnections()) {
                WebSockets.sendBinary(bytes.duplicate(), subscriber, null);
            }
        }
    }

    /** Gives the buffers of a message back when it has left. */
    private record Free(Runnable release) implements WebSocketCallback<Void> {
        @Override
        public void complete(final WebSocketChannel channel, final Void context) {
            release.run();
        }

        @Override
        public void onError(final WebSocketChannel channel, final Void context, final Throwable cause) {
            release.run();
        }
    }
}
