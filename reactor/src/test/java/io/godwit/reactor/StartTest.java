package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.godwit.embedder.Starved;
import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.ServerHealth;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that fails, or that falls together with the end. */
class StartTest {

    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);
    private static final Duration LONG_AGO = Duration.ofSeconds(Long.MIN_VALUE);

    private static WebSocketServerBuilder echo(final int loops) {
        return WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .options(ServerOptions.DEFAULT.withThreads(Threads.DEFAULT.withLoops(loops)))
                .endpoint("/", WebSocketHandler.echo());
    }

    @Test
    void shouldNotStartAfterItWasClosed() {
        final WebSocketServer server = echo(1).build();
        server.close();
        assertThatIllegalStateException().isThrownBy(server::start).withMessageContaining("closed");
        assertThat(server.isRunning()).isFalse();
        assertThat(server.health()).isEqualTo(ServerHealth.DOWN);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldNotRunAfterACloseBesideItsStart(final int loops) throws Exception {
        for (int i = 0; i < 100; i++) {
            final WebSocketServer server = echo(loops).build();
            final CyclicBarrier both = new CyclicBarrier(2);
            final Thread closer = new Thread(() -> {
                try {
                    both.await(20, TimeUnit.SECONDS);
                } catch (final Exception e) {
                    throw new IllegalStateException(e);
                }
                server.close();
            });
            closer.start();
            both.await(20, TimeUnit.SECONDS);
            for (int spin = i % 20 * 50; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            try {
                server.start();
            } catch (final IllegalStateException e) {
                assertThat(e).hasMessageContaining("closed");
            }
            closer.join(20_000);
            assertThat(closer.isAlive()).isFalse();
            assertThat(server.isRunning()).as("round " + i).isFalse();
        }
    }

    @Test
    void shouldStartOnceWhatHinderedItIsGone() throws IOException {
        final WebSocketServer server;
        try (ServerSocketChannel other = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            server = WebSocketServer.builder()
                    .listen("127.0.0.1", ((InetSocketAddress) other.getLocalAddress()).getPort())
                    .endpoint("/", WebSocketHandler.echo())
                    .build();
            assertThatThrownBy(server::start).isInstanceOf(IOException.class).hasMessageContaining("in use");
        }
        server.start();
        try (RawPeer peer = RawPeer.open(server.port(), "/")) {
            assertThat(peer.sendText("hi").readFrame().text()).isEqualTo("hi");
        }
        server.close();
    }

    /** In a process that has fewer descriptors each time, until there are enough for a start. */
    @Test
    void shouldLeaveNothingOpenWhereDescriptorsRunOut() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the shell's limit holds elsewhere in other ways");
        final String java =
                Path.of(System.getProperty("java.home"), "bin", "java").toString();
        final Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 200 && exec \"$@\"",
                        "sh",
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Starved.class.getName())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            final String said = out.lines().collect(Collectors.joining("\n"));
            assertThat(said).endsWith("nothing is left");
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldTakeDurationsOfAnyLength() throws Exception {
        final WebSocketServer server = echo(1).accepting("/talk", 1).build().start();
        try (RawPeer peer = RawPeer.open(server.port(), "/talk")) {
            final Conversation ws = server.accept(FOREVER);
            assertThat(server.accept(LONG_AGO)).isNull();
            assertThat(ws.receive(LONG_AGO).kind().name()).isEqualTo("NOTHING");
            assertThat(ws.awaitWritable(FOREVER)).isTrue();
            peer.sendText("hi");
            assertThat(ws.receive(FOREVER).message().text()).isEqualTo("hi");
            assertThat(server.awaitTermination(LONG_AGO)).isFalse();
            final Thread drain = new Thread(() -> server.drain(FOREVER));
            drain.start();
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            drain.join(20_000);
            assertThat(server.awaitTermination(FOREVER)).isTrue();
        } finally {
            server.close();
        }
    }

    @Test
    void shouldCloseFromACallbackWhileItStarts() throws Exception {
        final AtomicReference<WebSocketServer> holder = new AtomicReference<>();
        final Recorder recorder = new Recorder();
        final WebSocketServer server = echo(50).http("/end", request -> {
                    holder.get().close();
                    recorder.events.add("closed");
                    return HttpAnswer.text(200, "ok");
                })
                .build();
        holder.set(server);
        server.start();
        try (RawPeer peer = new RawPeer(server.port())) {
            peer.send("GET /end HTTP/1.1\r\nHost: localhost\r\n\r\n");
            recorder.await("closed");
            assertThat(server.awaitTermination(Duration.ofSeconds(20))).isTrue();
        }
    }
}
