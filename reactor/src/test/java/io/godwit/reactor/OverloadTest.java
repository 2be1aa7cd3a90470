package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Peers that together would have the loop keep more than it may. */
class OverloadTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final int PART_BYTES = 60_000;

    private static long lentBytes(final CheckedServer server) {
        return server.server().loops().servers().get(0).loop().pool().lentBytes();
    }

    /** The oldest of the messages that do not end makes way: whoever comes is served. */
    @Test
    void shouldTurnAwayTheOldestWhoseMessageCannotBeKeptAndServeWhoeverComes() throws IOException {
        final Recorder recorder = new Recorder();
        final ServerOptions options = CheckedServer.PATIENT.withLoop(LoopLimits.DEFAULT.withBufferedBytesMax(MEBIBYTE));
        final List<RawPeer> peers = new ArrayList<>();
        try (CheckedServer server = CheckedServer.of(Endpoint.of(recorder), options)) {
            WebSocket first = null;
            while (server.count(Metric.OVERLOADS) == 0) {
                final RawPeer peer = server.open();
                peers.add(peer);
                if (first == null) {
                    recorder.awaitThat(() -> recorder.ws != null, "a connection");
                    first = recorder.ws;
                }
                peer.send(RawPeer.frame(0x02, new byte[PART_BYTES])).send(RawPeer.frame(0x89, (byte) 1));
                assertThat(peer.readFrame().opcode()).as("it is served").isEqualTo(0xA);
                assertThat(lentBytes(server)).isLessThanOrEqualTo(MEBIBYTE);
                assertThat(peers.size()).as("peers until there was no memory").isLessThan(20);
            }
            assertThat(peers.size()).as("peers until there was no memory").isBetween(8, 18);
            assertThat(peers.get(0).readFrame().closeCode()).isEqualTo(1013);
            recorder.await("error OVERLOADED");
            assertThat(first.isOpen()).isFalse();

            try (RawPeer whole = server.open()) {
                // What comes whole needs no memory.
                whole.sendText("whole").send(RawPeer.frame(0x89, (byte) 2));
                assertThat(whole.readFrame().opcode()).isEqualTo(0xA);
                recorder.await("text whole");
            }
            peers.get(peers.size() - 1).send(RawPeer.frame(0x80, new byte[1]));
            recorder.await("binary " + (PART_BYTES + 1));
            try (RawPeer next = server.open()) {
                next.send(RawPeer.frame(0x02, new byte[PART_BYTES])).send(RawPeer.frame(0x80));
                recorder.await("binary " + PART_BYTES);
            }
            for (final RawPeer peer : peers) {
                peer.close();
            }
        }
    }

    /** Nor is there any for what other threads send: it is dropped, and counted once. */
    @Test
    void shouldDropWhatOtherThreadsSendWhenThereIsNoMemory() throws IOException {
        final Recorder recorder = new Recorder();
        final ServerOptions options = ServerOptions.DEFAULT.withLoop(LoopLimits.DEFAULT.withBufferedBytesMax(MEBIBYTE));
        final List<RawPeer> peers = new ArrayList<>();
        try (CheckedServer server = CheckedServer.of(Endpoint.of(recorder), options)) {
            while (server.count(Metric.OVERLOADS) == 0) {
                assertThat(peers.size()).isLessThan(20);
                final RawPeer peer = server.open();
                peers.add(peer);
                peer.send(RawPeer.frame(0x02, new byte[PART_BYTES])).send(RawPeer.frame(0x89, (byte) 1));
                assertThat(peer.readFrame().opcode()).isEqualTo(0xA);
            }
            // So much was not given back by the one that has made way.
            final int tooMuch = 7 * PART_BYTES;
            assertThat(recorder.ws.send(ByteBuffer.allocate(tooMuch))).isEqualTo(SendResult.DROPPED);
            assertThat(server.count(Metric.MESSAGES_DROPPED)).isOne();
            for (final RawPeer peer : peers) {
                peer.close();
            }
        }
    }
}
