package io.godwit.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloorServerTest {

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    @ParameterizedTest
    @CsvSource({"0, 6, 2", "20, 26, 22", "1024, 1032, 1028", "65536, 65550, 65546"})
    void shouldAnswerAFrameForAFrameHoweverItsBytesAreCut(
            final int payloadBytes, final int clientFrameBytes, final int serverFrameBytes) throws IOException {
        try (FloorServer floor = new FloorServer(new Service(payloadBytes, false, false));
                Socket client = open(floor)) {
            final byte[] frames = new byte[3 * clientFrameBytes];
            client.getOutputStream().write(frames, 0, clientFrameBytes + 1);
            final byte[] first = client.getInputStream().readNBytes(serverFrameBytes);
            client.getOutputStream().write(frames, clientFrameBytes + 1, 2 * clientFrameBytes - 1);
            final byte[] rest = client.getInputStream().readNBytes(2 * serverFrameBytes);
            assertThat(first[0]).isEqualTo((byte) 0x82);
            assertThat(Arrays.copyOf(rest, serverFrameBytes)).isEqualTo(first);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldOweWhatASlowPeerDoesNotTakeAtOnce() throws IOException {
        final int messages = 400;
        try (FloorServer floor = new FloorServer(new Service(65_536, true, false));
                Socket client = open(floor)) {
            final Thread sender = new Thread(() -> send(client, new byte[messages * 65_550]));
            sender.start();
            final byte[] all = client.getInputStream().readNBytes(messages * 65_546);
            for (int i = 0; i < messages; i++) {
                assertThat(all[i * 65_546]).isEqualTo((byte) 0x81);
                assertThat(all[i * 65_546 + 1]).isEqualTo((byte) 127);
            }
        }
    }

    @Test
    void shouldAnswerToAllInABroadcast() throws IOException {
        try (FloorServer floor = new FloorServer(new Service(20, true, true));
                Socket publisher = open(floor);
                Socket subscriber = open(floor)) {
            publisher.getOutputStream().write(new byte[26]);
            assertThat(subscriber.getInputStream().readNBytes(22)).startsWith(0x81, 20);
            assertThat(publisher.getInputStream().readNBytes(22)).startsWith(0x81, 20);
            subscriber.shutdownOutput();
            assertThat(subscriber.getInputStream().read()).isEqualTo(-1);
            publisher.getOutputStream().write(new byte[26]);
            assertThat(publisher.getInputStream().readNBytes(22)).startsWith(0x81, 20);
        }
    }

    private static void send(final Socket socket, final byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Socket open(final FloorServer floor) throws IOException {
        final Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), floor.port());
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        final StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        assertThat(head).startsWith("HTTP/1.1 101 ").contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        return socket;
    }
}
