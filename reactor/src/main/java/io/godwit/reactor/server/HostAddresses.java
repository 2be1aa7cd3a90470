package io.godwit.reactor.server;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The addresses that a name or literal stands for, as a server listens on them. */
final class HostAddresses {

    private static final String LOCALHOST = "localhost";

    private HostAddresses() {}

    /**
     * Resolves.
     *
     * @param host a name, or an IPv4 or IPv6 address
     * @return those of IPv4 first. Of a name, an address whose family this machine does not have is left out, unless all are:
     *     clients that try it fail, and try the next
     * @throws UnknownHostException if there is no such name
     * @throws IOException if the network interfaces cannot be asked
     */
    static List<InetAddress> toListenOn(final String host) throws IOException {
        final Set<InetAddress> all = new LinkedHashSet<>();
        if (host.equalsIgnoreCase(LOCALHOST)) {
            // Whatever the machine's list of names says: clients take either (RFC 6761, section 6.3).
            all.add(InetAddress.getByAddress(LOCALHOST, new byte[] {127, 0, 0, 1}));
            all.add(InetAddress.getByAddress(LOCALHOST, ipv6Loopback()));
        } else {
            all.addAll(Arrays.asList(InetAddress.getAllByName(host)));
        }
        if (all.size() == 1) {
            return List.copyOf(all);
        }
        final List<InetAddress> usable = new ArrayList<>();
        for (final InetAddress address : all) {
            if (hasFamilyOf(address)) {
                usable.add(address);
            }
        }
        usable.sort((one, other) -> Boolean.compare(other instanceof Inet4Address, one instanceof Inet4Address));
        return usable.isEmpty() ? List.copyOf(all) : usable;
    }

    private static byte[] ipv6Loopback() {
        final byte[] bytes = new byte[16];
        bytes[15] = 1;
        return bytes;
    }

    /** {@return whether an interface has an address of that family; of a loopback address, whether one has that itself} */
    private static boolean hasFamilyOf(final InetAddress address) throws IOException {
        if (address.isLoopbackAddress()) {
            return NetworkInterface.getByInetAddress(address) != null;
        }
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(own -> own instanceof Inet4Address == address instanceof Inet4Address);
    }
}
