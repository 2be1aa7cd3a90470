package io.godwit.reactor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListeningSocketsTest {

    private static final int BACKLOG = 100;

    private static ListeningSockets bind(final String host, final int port, final int owners) throws IOException {
        return ListeningSockets.bind(List.of(InetSocketAddress.createUnresolved(host, port)), BACKLOG, owners);
    }

    private static int freePort() throws IOException {
        try (ServerSocketChannel channel = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        }
    }

    private static boolean hasIpv6Loopback() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null;
    }

    /** Both begin at once, each with sockets for four loops. */
    @Test
    void shouldGiveAPortToOneOfTwoThatBindItAtOnce() throws Exception {
        assumeTrue(ListeningSockets.canSharePorts());
        for (int round = 0; round < 200; round++) {
            final int port = freePort();
            final CyclicBarrier both = new CyclicBarrier(2);
            final AtomicInteger bound = new AtomicInteger();
            final AtomicInteger refused = new AtomicInteger();
            final List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                threads.add(new Thread(() -> {
                    try {
                        both.await(20, TimeUnit.SECONDS);
                        final ListeningSockets sockets = bind("127.0.0.1", port, 4);
                        bound.incrementAndGet();
                        both.await(20, TimeUnit.SECONDS);
                        sockets.close();
                    } catch (final IOException e) {
                        refused.incrementAndGet();
                        try {
                            both.await(20, TimeUnit.SECONDS);
                        } catch (final Exception late) {
                            throw new IllegalStateException(late);
                        }
                    } catch (final Exception e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (final Thread thread : threads) {
                thread.join();
            }
            assertThat(bound.get()).as("round " + round).isLessThanOrEqualTo(1);
            assertThat(bound.get() + refused.get()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRefuseAPortThatAnotherServerHas(final boolean otherShares) throws IOException {
        assumeTrue(ListeningSockets.canSharePorts());
        final ListeningSockets sockets = bind("127.0.0.1", 0, 4);
        final int port = sockets.addresses().get(0).getPort();
        assertThatThrownBy(() -> bind("127.0.0.1", port, otherShares ? 4 : 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + port);
        sockets.close();
    }

    @Test
    void shouldHaveTheKernelDealOutToAllOwners() throws IOException {
        assumeTrue(ListeningSockets.canSharePorts());
        final ListeningSockets sockets = bind("127.0.0.1", 0, 4);
        final int count = 80;
        final List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(new Socket("127.0.0.1", sockets.addresses().get(0).getPort()));
        }
        final List<Integer> dealt = new ArrayList<>();
        for (int owner = 0; owner < 4; owner++) {
            int own = 0;
            for (final ServerSocketChannel channel : sockets.of(owner)) {
                assertThat(channel.getOption(StandardSocketOptions.SO_REUSEPORT))
                        .isTrue();
                for (SocketChannel next = channel.accept(); next != null; next = channel.accept()) {
                    own++;
                    next.close();
                }
            }
            dealt.add(own);
        }
        assertThat(dealt).doesNotContain(0);
        assertThat(dealt.stream().mapToInt(Integer::intValue).sum())
                .as("none is lost")
                .isEqualTo(count);
        for (final Socket client : clients) {
            client.close();
        }
        sockets.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldListenAtBothLoopbackAddressesAtOnePort(final int owners) throws IOException {
        final ListeningSockets sockets = bind("localhost", 0, owners);
        final List<InetSocketAddress> addresses = sockets.addresses();
        assertThat(addresses).hasSize(hasIpv6Loopback() ? 2 : 1);
        assertThat(addresses)
                .extracting(InetSocketAddress::getPort)
                .containsOnly(addresses.get(0).getPort());
        assertThat(addresses.get(0).getAddress()).isInstanceOf(Inet4Address.class);
        for (final InetSocketAddress address : addresses) {
            new Socket(address.getAddress(), address.getPort()).close();
        }
        for (int owner = 0; owner < owners; owner++) {
            assertThat(sockets.of(owner)).hasSize(addresses.size());
        }
        sockets.close();
    }

    /** A free port of the first address may be taken at another one: then there is another free port. */
    @Test
    void shouldFindAPortThatIsFreeAtAllAddresses() throws IOException {
        assumeTrue(hasIpv6Loopback());
        for (int i = 0; i < 50; i++) {
            final ListeningSockets sockets = bind("localhost", 0, 2);
            assertThat(sockets.addresses()).hasSize(2);
            assertThat(sockets.addresses().get(1).getPort())
                    .isEqualTo(sockets.addresses().get(0).getPort());
            sockets.close();
        }
    }

    @Test
    void shouldNameTheAddressWhereOneOfSeveralIsTaken() throws IOException {
        assumeTrue(hasIpv6Loopback());
        try (ServerSocketChannel other = ServerSocketChannel.open().bind(new InetSocketAddress("::1", 0))) {
            final int port = ((InetSocketAddress) other.getLocalAddress()).getPort();
            assertThatThrownBy(() -> bind("localhost", port, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("localhost:" + port)
                    .hasMessageContaining("in use");
            // The other address was let go of.
            bind("127.0.0.1", port, 1).close();
        }
    }
}
