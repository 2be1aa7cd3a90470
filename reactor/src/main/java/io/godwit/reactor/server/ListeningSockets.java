package io.godwit.reactor.server;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/** The sockets that a server has bound: all of them, or none. */
public final class ListeningSockets {

    private final List<ServerSocketChannel> channels = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();

    private ListeningSockets() {}

    /**
     * Binds all addresses.
     *
     * @param requested unresolved; port 0: any free one
     * @param backlog how many connections the kernel may hold for each
     * @return the sockets, non-blocking, listening already
     * @throws IOException if one cannot be bound; its message names it, and none is left bound
     */
    public static ListeningSockets bind(final List<InetSocketAddress> requested, final int backlog) throws IOException {
        final ListeningSockets sockets = new ListeningSockets();
        for (final InetSocketAddress address : requested) {
            try {
                sockets.bind(address, backlog);
            } catch (final UnknownHostException e) {
                sockets.close();
                throw new IOException("cannot listen on " + name(address) + ": unknown host", e);
            } catch (final IOException e) {
                sockets.close();
                throw new IOException("cannot listen on " + name(address) + ": " + e.getMessage(), e);
            } catch (final RuntimeException e) {
                // For instance an address of a family that this machine does not have.
                sockets.close();
                throw new IOException("cannot listen on " + name(address) + ": " + e, e);
            }
        }
        return sockets;
    }

    private void bind(final InetSocketAddress requested, final int backlog) throws IOException {
        final InetAddress address = InetAddress.getByName(requested.getHostString());
        // A socket of the default family would take 0.0.0.0 for all addresses of IPv6 too.
        final ServerSocketChannel channel = address instanceof Inet4Address
                ? ServerSocketChannel.open(StandardProtocolFamily.INET)
                : ServerSocketChannel.open();
        channels.add(channel);
        channel.configureBlocking(false);
        channel.bind(new InetSocketAddress(address, requested.getPort()), backlog);
        addresses.add((InetSocketAddress) channel.getLocalAddress());
    }

    private static String name(final InetSocketAddress address) {
        final String host = address.getHostString();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /**
     * Has a loop accept what comes.
     *
     * @param server takes the sockets over
     * @throws IOException if one is closed
     */
    public void listen(final LoopServer server) throws IOException {
        for (final ServerSocketChannel channel : channels) {
            server.listen(channel);
        }
    }

    /** {@return the real addresses, in the order of the request} */
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** Closes all that are open. */
    public void close() {
        for (final ServerSocketChannel channel : channels) {
            try {
                channel.close();
            } catch (final IOException e) {
                System.getLogger("io.godwit.reactor")
                        .log(System.Logger.Level.DEBUG, "a listening socket did not close", e);
            }
        }
    }
}
