package io.godwit.bench.peers;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.MaskingKeys;
import io.godwit.core.frame.Opcode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The floor: the least that a server on NIO can do. One thread, one selector, one read buffer. It answers the opening
 * handshake, and from then on it counts: for as many bytes as one frame of the known size has, it writes as many as the
 * answer has, out of a buffer that was filled before. It looks at no byte that comes, and what it sends back is well framed
 * but is no echo. What any other server costs beyond it is the WebSocket protocol and that server's own design.
 *
 * <p>In a broadcast, each frame that comes is answered to every connection.
 */
public final class FloorServer implements PeerServer {

    /** As large as pays: with half of it long messages cost more, with twice as much nothing costs less. */
    private static final int READ_BYTES = 65_536;

    private final Selector selector;
    private final ServerSocketChannel listening;
    private final Thread thread;
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BYTES);
    private final ByteBuffer frames;
    private final int clientFrameBytes;
    private final int serverFrameBytes;
    private final boolean isBroadcast;
    private final List<FloorConnection> subscribers = new ArrayList<>();
    private final Consumer<SelectionKey> dispatch = this::dispatch;
    private volatile boolean closed;

    /**
     * Binds a free port of 127.0.0.1 and starts to serve.
     *
     * @param service which messages come, and whom they go to
     * @throws IOException if there is no free port
     */
    public FloorServer(final Service service) throws IOException {
        clientFrameBytes = (int) FrameWriter.client(MaskingKeys.secure()).frameBytes(service.payloadBytes());
        serverFrameBytes = (int) FrameWriter.server().frameBytes(service.payloadBytes());
        isBroadcast = service.isBroadcast();
        frames = frames(service);
        selector = Selector.open();
        listening = ServerSocketChannel.open();
        listening.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), Service.BACKLOG);
        listening.configureBlocking(false);
        listening.register(selector, SelectionKey.OP_ACCEPT);
        thread = new Thread(this::run, "floor");
        thread.start();
    }

    /** As many frames as one read can ask for. */
    private ByteBuffer frames(final Service service) {
        final int count = 1 + READ_BYTES / clientFrameBytes;
        final ByteBuffer all = ByteBuffer.allocateDirect(count * serverFrameBytes);
        final byte[] payload = new byte[service.payloadBytes()];
        Arrays.fill(payload, (byte) '=');
        final Opcode opcode = service.isText() ? Opcode.TEXT : Opcode.BINARY;
        for (int i = 0; i < count; i++) {
            FrameWriter.server().write(all, FrameWriter.FIN | opcode.value(), ByteBuffer.wrap(payload));
        }
        return all;
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(dispatch);
            }
            for (final SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("the selector failed", e);
        }
    }

    private void dispatch(final SelectionKey key) {
        if (key.attachment() == null) {
            accept();
            return;
        }
        final FloorConnection connection = (FloorConnection) key.attachment();
        try {
            if (key.isReadable()) {
                read(connection);
            } else if (key.isWritable()) {
                connection.flush(frames, serverFrameBytes);
            }
        } catch (final IOException e) {
            drop(connection);
        }
    }

    private void read(final FloorConnection connection) throws IOException {
        final int count = connection.read(readBuffer, clientFrameBytes);
        if (count < 0) {
            drop(connection);
        } else if (count > 0 && isBroadcast) {
            broadcast(count);
        } else if (count > 0) {
            connection.send(count, frames, serverFrameBytes);
        }
    }

    private void broadcast(final int count) {
        for (int i = subscribers.size() - 1; i >= 0; i--) {
            final FloorConnection subscriber = subscribers.get(i);
            if (subscriber.isOpen()) {
                try {
                    subscriber.send(count, frames, serverFrameBytes);
                } catch (final IOException e) {
                    drop(subscriber);
                }
            }
        }
    }

    private void drop(final FloorConnection connection) {
        connection.close();
        subscribers.remove(connection);
    }

    private void accept() {
        try {
            final SocketChannel channel = listening.accept();
            if (channel != null) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                final SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
                final FloorConnection connection = new FloorConnection(channel, key);
                key.attach(connection);
                if (isBroadcast) {
                    subscribers.add(connection);
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("accepting failed", e);
        }
    }

    @Override
    public int port() {
        return listening.socket().getLocalPort();
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
