package io.godwit.reactor.server;

import io.godwit.reactor.endpoint.ListenException;
import io.godwit.reactor.loop.CarefulLog;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The sockets that a server has bound: all of them, or none. Where ports are shared, each loop has a socket of its own for
 * each address, and the kernel deals the connections out; else the first loop has them all.
 */
public final class ListeningSockets {

    /** Elsewhere the option exists too, and does not deal out. */
    private static final boolean ON_LINUX = System.getProperty("os.name").equals("Linux");

    /** A free port of one address is mostly free at the others too. */
    private static final int FREE_PORT_TRIES = 20;

    /** Loaded from the start: to load a class takes a descriptor, and there may be none left when it is thrown. */
    static final Class<ListenException> FAILURE = ListenException.class;

    private static final CarefulLog LOG = new CarefulLog();

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
     * Binds all addresses. A name is bound at each of its addresses, at the same port.
     *
     * @param requested unresolved; port 0: any free one
     * @param backlog how many connections the kernel may hold for each
     * @param owners how many loops get sockets of their own
     * @return the sockets, non-blocking, listening already
     * @throws ListenException if one cannot be bound; none is left bound
     */
    public static ListeningSockets bind(final List<InetSocketAddress> requested, final int backlog, final int owners)
            throws ListenException {
        final ListeningSockets sockets = new ListeningSockets(backlog, owners);
        for (int i = 0; i < requested.size(); i++) {
            final InetSocketAddress address = requested.get(i);
            try {
                sockets.bind(address);
            } catch (final IOException | RuntimeException e) {
                sockets.close();
                throw new ListenException(i, "cannot listen on " + name(address) + ": " + reason(e), e);
            } catch (final Error e) {
                sockets.close();
                throw e;
            }
        }
        return sockets;
    }

    private static String reason(final Exception thrown) {
        if (thrown instanceof UnknownHostException) {
            return "unknown host";
        }
        // What is no IOException is, for instance, an address of a family that this machine does not have.
        return thrown instanceof IOException ? thrown.getMessage() : thrown.toString();
    }

    /** Binds all addresses of a host, at one port. */
    private void bind(final InetSocketAddress requested) throws IOException {
        final List<InetAddress> hosts = HostAddresses.toListenOn(requested.getHostString());
        if (requested.getPort() != 0 || hosts.size() == 1) {
            bindAll(hosts, requested.getPort());
            return;
        }
        for (int tries = FREE_PORT_TRIES; ; tries--) {
            final int before = addresses.size();
            try {
                bindAll(hosts, 0);
                return;
            } catch (final BindException e) {
                if (tries == 1 || addresses.size() == before) {
                    throw e;
                }
                // The port was free at the first address, but not at another one.
                unbind(before);
            }
        }
    }

    private void bindAll(final List<InetAddress> hosts, final int requestedPort) throws IOException {
        int port = requestedPort;
        for (final InetAddress host : hosts) {
            port = bind(host, port);
        }
    }

    /** {@return the real port} */
    private int bind(final InetAddress host, final int port) throws IOException {
        final ServerSocketChannel first = listen(channels.get(0), new InetSocketAddress(host, port), false);
        final InetSocketAddress real = (InetSocketAddress) first.getLocalAddress();
        addresses.add(real);
        if (channels.size() > 1) {
            // Who shares a port is never told that it is taken, be it by another server that shares its own.
            // So the first socket takes it for itself, which another server's cannot then.
            // Ours may share it from now on.
            first.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            for (final List<ServerSocketChannel> own : channels.subList(1, channels.size())) {
                listen(own, new InetSocketAddress(host, real.getPort()), true);
            }
        }
        return real.getPort();
    }

    /** Closes what was bound after so many addresses. */
    private void unbind(final int kept) {
        addresses.subList(kept, addresses.size()).clear();
        for (final List<ServerSocketChannel> own : channels) {
            final List<ServerSocketChannel> late = own.subList(Math.min(kept, own.size()), own.size());
            late.forEach(ListeningSockets::close);
            late.clear();
        }
    }

    private ServerSocketChannel listen(
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
        return channel.bind(address, backlog);
    }

    private static boolean isIpv4(final InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address;
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

    /** {@return the real addresses, in the order of the request; of a name there may be several} */
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
            LOG.log(System.Logger.Level.DEBUG, "a listening socket did not close", e);
        }
    }
}
