package io.godwit.reactor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopGroupTest {

    private static final int LOOPS = 3;
    private static final int WORKERS = 2;

    /** Its threads are two workers, three loops and the watchdog, in this order; one of them cannot be started. */
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "2, 1", "3, 1", "4, 1", "5, 1", "0, 3", "2, 3", "3, 3", "4, 3", "5, 3"})
    void shouldLeaveNothingBehindWhereAThreadCannotBeStarted(final int started, final int owners) throws Exception {
        final List<Thread> threads = new CopyOnWriteArrayList<>();
        final Routes routes = new Routes();
        routes.endpoint("/", Endpoint.of(WebSocketHandler.echo()).onWorkers());
        final ServerOptions options = ServerOptions.DEFAULT.withThreads(
                Threads.DEFAULT.withLoops(LOOPS).withWorkers(WORKERS));
        final LoopGroup group = new LoopGroup(routes, options, false, task -> {
            if (threads.size() == started) {
                throw new OutOfMemoryError("no more threads, says a test");
            }
            threads.add(new Thread(task));
            return threads.get(threads.size() - 1);
        });
        final ListeningSockets sockets = bind(owners);
        final List<ServerSocketChannel> channels = new ArrayList<>();
        for (int owner = 0; owner < owners; owner++) {
            channels.addAll(sockets.of(owner));
        }
        group.open(sockets);
        assertThatThrownBy(group::start).isInstanceOf(OutOfMemoryError.class);

        assertThat(group.awaitEnd(Duration.ofSeconds(20))).isTrue();
        assertThat(group.isRunning()).isFalse();
        for (final Thread thread : threads) {
            thread.join(20_000);
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
        assertThat(group.servers()).allMatch(server -> server.loop().isClosed());
        assertThat(channels).hasSize(owners).noneMatch(ServerSocketChannel::isOpen);
        assertThat(group.admitted()).isZero();
    }

    private static ListeningSockets bind(final int owners) throws IOException {
        return ListeningSockets.bind(List.of(InetSocketAddress.createUnresolved("127.0.0.1", 0)), 100, owners);
    }
}
