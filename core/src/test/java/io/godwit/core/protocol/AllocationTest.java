package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.message.BufferSource;
import io.godwit.core.testkit.Bytes;
import io.godwit.core.testkit.ThreadAllocation;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The steady state allocates nothing: counted by the JVM for this thread, not timed. */
class AllocationTest {
    private static final int WARM_UP = 30_000;
    private static final int ROUNDS = 10_000;
    // What the JVM itself may allocate on this thread meanwhile; a byte a round would be 10,000.
    private static final long TOLERANCE_BYTES = 4_096;

    private final ThreadAllocation allocation = new ThreadAllocation();

    @Test
    void shouldEchoWithoutAllocationAsAServer() {
        // Ten messages a round: 100,000 in all.
        final byte[] frames = Wire.join(
                Wire.frame(Role.SERVER, 0x81, Bytes.utf8("a text of twenty ch.")),
                Wire.frame(Role.SERVER, 0x82, new byte[20]),
                Wire.frame(Role.SERVER, 0x81, Bytes.utf8("Größe € 𝄞")),
                Wire.frame(Role.SERVER, 0x82, new byte[300]),
                Wire.frame(Role.SERVER, 0x01, new byte[30]),
                Wire.frame(Role.SERVER, 0x89, new byte[4]),
                Wire.frame(Role.SERVER, 0x80, new byte[30]),
                Wire.frame(Role.SERVER, 0x81, Bytes.utf8("")),
                Wire.frame(Role.SERVER, 0x8A, new byte[125]),
                Wire.frame(Role.SERVER, 0x82, new byte[700]),
                Wire.frame(Role.SERVER, 0x81, Bytes.utf8("x".repeat(1_000))));
        final Echo echo = new Echo(Role.SERVER);
        assertThat(allocatedBy(() -> echo.receive(frames))).isLessThan(TOLERANCE_BYTES);
        assertThat(echo.messages).isEqualTo((WARM_UP + ROUNDS) * 8L);
    }

    @Test
    void shouldSendAndReceiveWithoutAllocationAsAClient() {
        final byte[] frames = Wire.join(
                Wire.frame(Role.CLIENT, 0x81, Bytes.utf8("a text of twenty ch.")),
                Wire.frame(Role.CLIENT, 0x82, new byte[700]));
        final Echo echo = new Echo(Role.CLIENT);
        assertThat(allocatedBy(() -> {
                    echo.receive(frames);
                    echo.protocol.sendText("Größe € 𝄞");
                }))
                .isLessThan(TOLERANCE_BYTES);
    }

    private long allocatedBy(final Runnable round) {
        for (int i = 0; i < WARM_UP; i++) {
            round.run();
        }
        final long before = allocation.bytes();
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
        return allocation.bytes() - before;
    }

    /** Sends back what comes; one buffer for input, one for output, and one to lend. */
    private static final class Echo implements ProtocolListener, FrameOutput, BufferSource {
        final WebSocketProtocol protocol;
        long messages;
        private int key = 0x37fa213d;
        private final ByteBuffer in = ByteBuffer.allocateDirect(8_192);
        private final ByteBuffer out = ByteBuffer.allocateDirect(8_192);
        private final ByteBuffer lent = ByteBuffer.allocateDirect(8_192);

        Echo(final Role role) {
            protocol = WebSocketProtocol.builder(role, this, this, this)
                    .maskingKeys(() -> key += 0x9E3779B9)
                    .build();
        }

        /** In two parts, so that something has to be kept between. */
        void receive(final byte[] frames) {
            in.clear().put(0, frames).limit(100);
            protocol.receive(in);
            in.limit(frames.length);
            protocol.receive(in);
            out.clear();
        }

        @Override
        public void onMessage(final Opcode kind, final ByteBuffer payload) {
            messages++;
            protocol.send(kind, payload);
        }

        @Override
        public void onFragment(final Opcode kind, final ByteBuffer payload, final boolean last) {}

        @Override
        public void onPing(final ByteBuffer payload) {}

        @Override
        public void onPong(final ByteBuffer payload) {}

        @Override
        public void onClose(final int code, final String reason) {}

        @Override
        public void onViolation(final ProtocolViolation violation) {
            throw new AssertionError(violation);
        }

        @Override
        public ByteBuffer reserve(final Opcode opcode, final int bytes) {
            return out;
        }

        @Override
        public void commit(final ByteBuffer buffer) {}

        @Override
        public void cancel(final Opcode opcode, final ByteBuffer buffer) {
            throw new AssertionError("cancelled");
        }

        @Override
        public boolean share(final ByteBuffer frames) {
            return false;
        }

        @Override
        public ByteBuffer acquire(final int bytesMin) {
            return lent.clear();
        }

        @Override
        public void release(final ByteBuffer buffer) {}
    }
}
