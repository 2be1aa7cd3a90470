package io.godwit.reactor.server;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The sockets that a server has bound: all of them, or none. Where ports are shared, each loop has a socket of its own for
 * each address, and the kernel deals the connections out; else the first loop has them all.
 */
public final class ListeningSockets {

    /** Elsewhere the option exists too, and does not deal out. */
    private static final boolean ON_LINUX = System.getProperty("os.name").equals("Linux");

    private final List<List<ServerSocketChannel>> channels = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final int backlog;

    private ListeningSockets(final int backlog, final int owners) {
        this.backlog = backlog;
        for (int i = 0; i < owners; i++) {
            channels.add(new ArrayList<>());
        }
    }

    /**
     * Tells whether several sockets may listen on one port, and have the kernel deal the connections out among them.
     *
     * @return whether the system does so
     * @throws IOException if there is no descriptor left to ask with
     */
    public static boolean canSharePorts() throws IOException {
        try (ServerSocketChannel channel = ServerSocketChannel.open()) {
            return ON_LINUX && channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
        }
    }

    /**
     * Binds all addresses.
     *
     * @param requested unresolved; port 0: any free one
     * @param backlog how many connections the kernel may hold for each
     * @param owners how many loops get sockets of their own
     * @return the sockets, non-blocking, listening already
     * @throws IOException if one cannot be bound; its message names it, and none is left bound
     */
    public static ListeningSockets bind(final List<InetSocketAddress> requested, final int backlog, final int owners)
            throws IOException {
        final ListeningSockets sockets = new ListeningSockets(backlog, owners);
        for (final InetSocketAddress address : requested) {
            try {
                sockets.bind(address);
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

    private void bind(final InetSocketAddress requested) throws IOException {
        final InetAddress host = InetAddress.getByName(requested.getHostString());
        final InetSocketAddress address = new InetSocketAddress(host, requested.getPort());
        if (channels.size() == 1) {
            addresses.add(listen(channels.get(0), address, false));
        } else {
            share(address);
        }
    }

    /**
     * Who shares a port is never told that it is taken, be it by another server that shares its own. So it is taken first
     * without sharing, by a socket that does not listen: no connection can come to it, and it is no hindrance to those that
     * follow while it holds the port, since all of them may reuse addresses.
     */
    private void share(final InetSocketAddress address) throws IOException {
        try (SocketChannel probe =
                isIpv4(address) ? SocketChannel.open(StandardProtocolFamily.INET) : SocketChannel.open()) {
            probe.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            probe.bind(address);
            final InetSocketAddress real = (InetSocketAddress) probe.getLocalAddress();
            for (final List<ServerSocketChannel> own : channels) {
                listen(own, new InetSocketAddress(address.getAddress(), real.getPort()), true);
            }
            addresses.add((InetSocketAddress) last(channels.get(0)).getLocalAddress());
        }
    }

    private InetSocketAddress listen(
            final List<ServerSocketChannel> own, final InetSocketAddress address, final boolean shared)
            throws IOException {
        // A socket of the default family would take 0.0.0.0 for all addresses of IPv6 too.
        final ServerSocketChannel channel =
                isIpv4(address) ? ServerSocketChannel.open(StandardProtocolFamily.INET) : ServerSocketChannel.open();
        own.add(channel);
        channel.configureBlocking(false);
        if (shared) {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
        channel.bind(address, backlog);
        return (InetSocketAddress) channel.getLocalAddress();
    }

    private static boolean isIpv4(final InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address;
    }

    private static <T> T last(final List<T> list) {
        return list.get(list.size() - 1);
    }

    private static String name(final InetSocketAddress address) {
        final String host = address.getHostString();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** {@return how many loops have sockets of their own} */
    int owners() {
        return channels.size();
    }

    /** {@return the sockets of one of them} */
    List<ServerSocketChannel> of(final int owner) {
        return channels.get(owner);
    }

    /** {@return the real addresses, in the order of the request} */
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** Closes all that are open. */
    public void close() {
        channels.forEach(own -> own.forEach(ListeningSockets::close));
    }

    private static void close(final ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (final IOException e) {
            System.getLogger("io.godwit.reactor").log(System.Logger.Level.DEBUG, "a listening socket did not close", e);
        }
    }
}
