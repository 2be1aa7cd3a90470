package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.AdmissionLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, however many loops there are. */
class RefusalTest {

    private static CheckedServer serverOf(final AdmissionLimits limits, final int loops) throws IOException {
        final ServerOptions options =
                CheckedServer.PATIENT.withAdmission(limits).withThreads(Threads.DEFAULT.withLoops(loops));
        return CheckedServer.with(builder -> builder.options(options).endpoint("/", WebSocketHandler.echo()));
    }

    private static Socket from(final String address, final CheckedServer server) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.port(), InetAddress.getByName(address), 0);
    }

    private static String head(final Socket socket) throws IOException {
        final StringBuilder head = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next >= 0;
                next = socket.getInputStream().read()) {
            head.append((char) next);
        }
        return head.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldHaveOneBoundForAllLoops(final int loops) throws IOException {
        try (CheckedServer server = serverOf(new AdmissionLimits(6, 6, 8), loops)) {
            final List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                peers.add(server.open());
            }
            try (RawPeer seventh = server.connect()) {
                assertThat(seventh.readToEnd()).startsWith("HTTP/1.1 503 ").contains("Retry-After: ");
            }
            assertThat(server.count(Metric.ADDRESSES_REFUSED)).isOne();
            for (final RawPeer peer : peers) {
                assertThat(peer.sendText("hi").readFrame().text()).isEqualTo("hi");
                peer.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldRefuseOneAddressAndServeTheOthers(final int loops) throws IOException {
        try (CheckedServer server = serverOf(new AdmissionLimits(100, 2, 8), loops);
                Socket one = from("127.0.0.1", server);
                Socket two = from("127.0.0.1", server)) {
            new Recorder().awaitThat(() -> server.count(Metric.CONNECTIONS_OPEN) == 2, one + " and " + two);
            refusesAThird(server);
        }
    }

    private static void refusesAThird(final CheckedServer server) throws IOException {
        try (Socket refused = from("127.0.0.1", server);
                Socket other = from("127.0.0.2", server)) {
            assertThat(head(refused))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("Retry-After: ")
                    .contains("your address");
            other.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(RawPeer.BYTES));
            assertThat(head(other)).startsWith("HTTP/1.1 426 ");
            assertThat(server.count(Metric.ADDRESSES_REFUSED)).isOne();
            assertThat(server.count(Metric.CONNECTIONS_REFUSED)).isZero();
            assertThat(server.count(Metric.CONNECTIONS_ACCEPTED)).isEqualTo(4);
            assertThat(server.count(Metric.HTTP_ANSWERS)).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldServeAgainOnceSomeoneHasGone(final int loops) throws IOException {
        try (CheckedServer server = serverOf(new AdmissionLimits(1, 1, 8), loops)) {
            for (int i = 0; i < 20; i++) {
                try (RawPeer peer = server.open()) {
                    peer.send(RawPeer.closeFrame(1000));
                    peer.readFrame();
                    assertThat(peer.isAtEnd()).isTrue();
                }
                new Recorder()
                        .awaitThat(() -> server.count(Metric.CONNECTIONS_OPEN) == 0, "the end of connection " + i);
            }
            assertThat(server.count(Metric.CONNECTIONS_ACCEPTED)).isEqualTo(20);
            assertThat(server.count(Metric.ADDRESSES_REFUSED)).isZero();
        }
    }
}
