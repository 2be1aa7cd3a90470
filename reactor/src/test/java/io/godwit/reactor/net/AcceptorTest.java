package io.godwit.reactor.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A listening socket of a loop that is stepped by hand. */
class AcceptorTest {

    private final List<SocketChannel> accepted = new ArrayList<>();
    private final List<SocketChannel> peers = new ArrayList<>();
    private final ServerSocketChannel listening;
    private final EventLoop loop;
    private int refusals;

    AcceptorTest() throws IOException {
        loop = new EventLoop("test", LoopOptions.forConnections(8), System::nanoTime);
        listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        listening.configureBlocking(false);
    }

    @AfterEach
    void close() throws IOException {
        for (final SocketChannel peer : peers) {
            peer.close();
        }
        for (final SocketChannel channel : accepted) {
            channel.close();
        }
        listening.close();
        assertThat(loop.timers().count()).isZero();
        loop.onClose();
    }

    private void accept(final SocketChannel channel) {
        if (refusals > 0) {
            refusals--;
            throw new OutOfMemoryError("thrown by a test");
        }
        accepted.add(channel);
    }

    private void connect(final int count) throws IOException {
        for (int i = 0; i < count; i++) {
            peers.add(SocketChannel.open(listening.getLocalAddress()));
        }
    }

    private void stepUntilAccepted(final int count) throws IOException {
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (accepted.size() < count) {
            assertThat(System.nanoTime()).isLessThan(endNs);
            loop.doWork();
        }
    }

    @Test
    void shouldLoseOnlyTheConnectionForWhichAnErrorIsThrown() throws IOException {
        refusals = 1;
        final Acceptor acceptor = new Acceptor(loop, listening, 16, this::accept);
        connect(3);
        stepUntilAccepted(2);
        assertThat(loop.counters().get(Metric.ACCEPT_PAUSES)).isZero();
        assertThat(peers.get(0).read(ByteBuffer.allocate(1))).as("it is closed").isNegative();
        acceptor.close();
    }

    @Test
    void shouldAcceptWhatWaitsBeforeItCloses() throws IOException {
        final Acceptor acceptor = new Acceptor(loop, listening, 16, this::accept);
        connect(10);
        acceptor.close();
        assertThat(accepted).hasSize(10);
        assertThat(listening.isOpen()).isFalse();
    }

    @Test
    void shouldBoundTheSendBufferAsItIsTold() throws IOException {
        loop.sendBufferBytes(16_384);
        final Acceptor acceptor = new Acceptor(loop, listening, 16, this::accept);
        connect(1);
        stepUntilAccepted(1);
        // A system may round it, or add to it what it needs itself.
        assertThat(accepted.get(0).getOption(StandardSocketOptions.SO_SNDBUF)).isBetween(16_384, 65_536);
        acceptor.close();
    }
}
