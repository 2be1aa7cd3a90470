package io.godwit.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Connections that are open and do nothing, to see what they cost. For one thread. */
public final class IdleConnections implements AutoCloseable {

    private final InetSocketAddress server;
    private final String resource;
    private final int sources;
    private final List<SocketChannel> channels = new ArrayList<>();

    /**
     * Begins with none.
     *
     * @param server where to
     * @param resource path and query
     * @param sources how many addresses of 127.0.0.0/8 they come from, 250 at most
     */
    public IdleConnections(final InetSocketAddress server, final String resource, final int sources) {
        this.server = server;
        this.resource = resource;
        this.sources = sources;
    }

    /**
     * Opens some more.
     *
     * @param count how many
     * @throws IOException if one cannot be opened
     */
    public void open(final int count) throws IOException {
        for (int i = 0; i < count; i++) {
            channels.add(OpeningHandshake.open(server, resource, 1 + i % sources));
        }
    }

    /** {@return how many they are} */
    public int count() {
        return channels.size();
    }

    @Override
    public void close() throws IOException {
        for (final SocketChannel channel : channels) {
            channel.close();
        }
    }
}
