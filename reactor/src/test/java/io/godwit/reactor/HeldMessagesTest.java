package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.WebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldMessagesTest {

    private static final EndpointLimits SMALL = Limits.of(new ProtocolLimits(100, 100, 1), 1_000, 2_000, 0);

    /** Fills the limit with messages that wait for the end of another, which it ends when it is told to. */
    private static final class Holding extends Recorder {
        private MessageWriter writer;
        private int held;

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            if (writer == null) {
                writer = socket.startMessage(Opcode.BINARY);
                writer.append(ByteBuffer.allocate(1));
                while (socket.send(ByteBuffer.allocate(50)) != SendResult.DROPPED) {
                    held++;
                }
            } else {
                events.add("finish " + writer.finish().isTaken());
            }
            super.onMessage(socket, message);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReadOnAndEndTheMessageThatTheyWaitFor(final boolean onWorkers) throws IOException {
        final Holding handler = new Holding();
        final Endpoint endpoint = Endpoint.of(handler).withLimits(SMALL);
        try (CheckedServer server = CheckedServer.of(onWorkers ? endpoint.onWorkers() : endpoint);
                RawPeer peer = server.open()) {
            peer.sendText("hold");
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x02);
            handler.await("text hold");
            assertThat(handler.held).isGreaterThan(20);

            peer.sendText("finish");
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x80);
            for (int i = 0; i < handler.held; i++) {
                assertThat(peer.readFrame().payload()).hasSize(50);
            }
            handler.await("finish true");
        }
    }

    /** Writes a fragment each time that it may, and waits where it is told to. */
    private static final class Patient extends Recorder {
        private MessageWriter writer;
        private int told;

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            writer = socket.startMessage(Opcode.BINARY);
            writer.append(ByteBuffer.allocate(1));
            while (socket.send(ByteBuffer.allocate(50)) != SendResult.QUEUED) {
                // Until what is held is as much as the soft mark.
            }
        }

        @Override
        public void onWritable(final WebSocket socket) {
            told++;
            if (told < 5) {
                events.add("append " + writer.append(ByteBuffer.allocate(1)));
            } else if (told == 5) {
                events.add("finish " + writer.finish());
            }
        }
    }

    @Test
    void shouldTellWhoWaitsThatHeMayGoOnWhateverIsHeld() throws IOException {
        final Patient handler = new Patient();
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler).withLimits(SMALL));
                RawPeer peer = server.open()) {
            peer.sendText("hold");
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x02);
            for (int i = 1; i < 5; i++) {
                assertThat(peer.readFrame().firstByte()).isEqualTo(0x00);
            }
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x80);
            assertThat(peer.readFrame().payload()).hasSize(50);
        }
        assertThat(handler.events).startsWith("open", "append QUEUED", "append QUEUED");
    }
}
