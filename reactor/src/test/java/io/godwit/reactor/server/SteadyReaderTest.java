package io.godwit.reactor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A reader of 1.5 MB/s over a real socket, on a loop that is stepped by hand and whose clock is set by the test. */
class SteadyReaderTest {

    private static final int BYTES_PER_STEP = 150_000;
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(60);

    private final Routes routes = new Routes();
    private final ServerSocketChannel listening;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private EventLoop loop;
    private LoopServer server;
    private SocketChannel client;
    private long clockNs;

    SteadyReaderTest() throws IOException {
        listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listening.configureBlocking(false);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.cutOff();
        loop.onClose();
        listening.close();
    }

    private void request(final String head) throws IOException {
        final ServerOptions options = ServerOptions.DEFAULT.withLoop(LoopLimits.DEFAULT.withBufferedBytesMax(64 << 20));
        final Service service = new Service(routes, options, (thread, thrown) -> false, Thread::new);
        loop = new EventLoop("test", LoopOptions.of(options.loop(), service.connectionsBound()), () -> clockNs);
        server = new LoopServer(loop, service, new ConnectionIds(0, 1), null);
        server.listen(listening);
        client = SocketChannel.open(listening.getLocalAddress());
        client.configureBlocking(false);
        client.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Reads as much as comes in one step of the time: {@return false at the end} */
    private boolean readStep() throws IOException {
        return readStep(BYTES_PER_STEP);
    }

    private boolean readStep(final int bytesMax) throws IOException {
        final long endNs = System.nanoTime() + WAIT_NS;
        final ByteBuffer in = ByteBuffer.allocate(bytesMax);
        boolean open = true;
        int idle = 0;
        // What is sent at all comes within some turns; if nothing more is, there is nothing to wait for.
        while (open && in.hasRemaining() && idle < 1_000) {
            assertThat(System.nanoTime()).isLessThan(endNs);
            loop.doWork();
            final int bytes = client.read(in);
            open = bytes >= 0;
            idle = bytes == 0 ? idle + 1 : 0;
        }
        received.write(in.array(), 0, in.position());
        clockNs += STEP_NS;
        loop.doWork();
        return open;
    }

    /** Twice as long as an opening handshake may take. */
    @Test
    void shouldGetALongAnswer() throws IOException {
        final byte[] body = new byte[24 << 20];
        routes.http("/long", asked -> HttpAnswer.of(200, "application/octet-stream", body));
        request("GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n");
        int steps = 0;
        while (readStep()) {
            assertThat(++steps).isLessThan(400);
        }
        assertThat(steps).as("longer than the handshake may take").isGreaterThan(100);
        assertThat(received.size()).isGreaterThan(body.length);
    }

    private static Endpoint sending(final int messages, final int bytes) {
        final OutboundLimits limits = OutboundLimits.DEFAULT.withBytes(65_536, messages * (bytes + 16));
        return Endpoint.of(new WebSocketHandler() {
                    @Override
                    public void onOpen(final WebSocket ws) {
                        for (int i = 0; i < messages; i++) {
                            ws.send(ByteBuffer.allocate(bytes));
                        }
                    }
                })
                .withLimits(EndpointLimits.DEFAULT.withOutbound(limits));
    }

    /** Twice as long as a closing handshake may take: all of what waits, and the Close. */
    @Test
    void shouldGetAllBeforeTheGoodbyeOfADrain() throws IOException {
        final int messages = 150;
        final int bytes = 100_000;
        routes.endpoint("/", sending(messages, bytes));
        request("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        assertThat(readStep()).isTrue();
        server.goDown(new Departure(0, clockNs + TimeUnit.SECONDS.toNanos(60)));
        final int least = messages * (bytes + 10);
        int steps = 0;
        while (received.size() < least) {
            assertThat(readStep()).isTrue();
            assertThat(++steps).isLessThan(400);
        }
        assertThat(steps).as("longer than the handshake may take").isGreaterThan(50);
        for (int i = 0; i < 10; i++) {
            readStep();
        }
        final byte[] all = received.toByteArray();
        final int head = all.length - least;
        final String end = new String(all, all.length - 40, 40, StandardCharsets.US_ASCII);
        assertThat(end).as("Close 1001").contains("server shutdown");
        assertThat(head).isPositive();
    }

    /** It takes all the time, and would for two minutes: the bound of {@code close()} holds for it too. */
    @Test
    void shouldBeCutOffAtTheBoundOfCloseHoweverSteadilyItReads() throws IOException {
        routes.endpoint("/", sending(150, 100_000));
        request("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        assertThat(readStep(BYTES_PER_STEP / 20)).isTrue();
        final long beganNs = clockNs;
        final long longestNs = Shutdown.longest(Timeouts.DEFAULT).toNanos();
        server.goDown(new Departure(0, beganNs + longestNs));
        int steps = 0;
        while (server.connectionCount() > 0) {
            readStep(BYTES_PER_STEP / 20);
            assertThat(++steps).isLessThan(500);
        }
        assertThat(clockNs - beganNs).isBetween(longestNs, longestNs + TimeUnit.SECONDS.toNanos(2));
        assertThat(loop.isStopped()).isTrue();
    }
}
