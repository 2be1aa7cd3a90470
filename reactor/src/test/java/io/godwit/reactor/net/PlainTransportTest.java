package io.godwit.reactor.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

class PlainTransportTest implements TransportContract {

    /** Two sockets over loopback. */
    private static final class Pair extends Ends {
        private final SocketChannel accepted;

        Pair() throws IOException {
            try (ServerSocketChannel listening =
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                final SocketChannel connected = SocketChannel.open(listening.getLocalAddress());
                accepted = listening.accept();
                connected.configureBlocking(false);
                accepted.configureBlocking(false);
                open(new PlainTransport(connected), new PlainTransport(accepted));
            }
        }

        @Override
        void resetThere() throws IOException {
            accepted.setOption(StandardSocketOptions.SO_LINGER, 0);
            accepted.close();
        }
    }

    @Override
    public Ends connect() throws IOException {
        return new Pair();
    }
}
