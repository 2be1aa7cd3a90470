package io.godwit.reactor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.util.AbstractList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandOverTest {

    /** Stands for all that may fail while a connection is given away. */
    private static final List<LoopRunner> FAILING = new AbstractList<>() {
        @Override
        public LoopRunner get(final int index) {
            throw new OutOfMemoryError("no memory, says a test");
        }

        @Override
        public int size() {
            return 2;
        }
    };

    @Test
    void shouldGiveThePlaceBackOfAConnectionThatCannotBeGivenAway() throws IOException {
        final Service service = new Service(new Routes(), ServerOptions.DEFAULT, (name, thrown) -> false, Thread::new);
        final EventLoop loop = new EventLoop("test-loop", LoopOptions.forConnections(10), System::nanoTime);
        final LoopServer server = new LoopServer(loop, service, new ConnectionIds(0, 1), new HandOver(FAILING, null));
        try (ServerSocketChannel channel = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            channel.configureBlocking(false);
            server.listen(channel);
            try (Socket client = new Socket("127.0.0.1", channel.socket().getLocalPort())) {
                while (loop.counters().get(Metric.CONNECTIONS_ACCEPTED) == 0) {
                    loop.doWork();
                }
                client.setSoTimeout(20_000);
                assertThat(client.getInputStream().read()).as("it is closed").isNegative();
            }
            assertThat(service.admission().taken()).isZero();
            assertThat(service.admission().sources()).isZero();
            assertThat(server.connectionCount()).isZero();
        } finally {
            server.cutOff();
            loop.onClose();
        }
    }
}
