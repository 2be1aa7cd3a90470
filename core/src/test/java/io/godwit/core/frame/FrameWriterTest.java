package io.godwit.core.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.testkit.Bytes;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWriterTest {
    private static final int TEXT = FrameWriter.FIN | Opcode.TEXT.value();
    private static final FrameWriter CLIENT = FrameWriter.client(() -> 0x37fa213d);

    @ParameterizedTest
    @CsvSource({
        "0, 8100",
        "1, 8101",
        "50, 8132",
        "125, 817d",
        "126, 817e007e",
        "127, 817e007f",
        "65535, 817effff",
        "65536, 817f0000000000010000"
    })
    void shouldWriteTheShortestHeaderForAServer(final int length, final String header) {
        final ByteBuffer frame = frame(FrameWriter.server(), new byte[length]);

        assertThat(Bytes.hex(frame)).startsWith(header);
        assertThat(frame.remaining()).isEqualTo(header.length() / 2 + length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 124, 125, 126, 127, 128, 65534, 65535, 65536, 65537})
    void shouldReadBackWhatItWrites(final int length) {
        final byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
            payload[i] = (byte) (i * 7);
        }
        for (final boolean masked : new boolean[] {true, false}) {
            final FrameLog log = new FrameLog();
            final ByteBuffer frame = frame(masked ? CLIENT : FrameWriter.server(), payload);

            assertThat(new FrameParser(log, masked, 0).parse(frame)).isNull();
            assertThat(frame.hasRemaining()).isFalse();
            assertThat(log.events).containsExactly("81 " + length, Bytes.hex(payload), "end");
        }
    }

    @Test
    void shouldLeaveThePayloadAsItIs() {
        for (final ByteBuffer payload : new ByteBuffer[] {
            Bytes.direct(Bytes.utf8("Hello")),
            Bytes.heap(Bytes.utf8("Hello")),
            Bytes.heap(Bytes.utf8("Hello")).asReadOnlyBuffer()
        }) {
            final ByteBuffer target = ByteBuffer.allocateDirect(20).position(3);
            CLIENT.write(target, TEXT, payload);

            assertThat(Bytes.utf8(payload)).isEqualTo("Hello");
            assertThat(Bytes.hex(target.flip().position(3))).isEqualTo("818537fa213d7f9f4d5158");
        }
    }

    @Test
    void shouldMaskPayloadThatWasWrittenBehindAHeader() {
        final ByteBuffer target = ByteBuffer.allocateDirect(20);
        final int key = CLIENT.writeHeader(target, TEXT, 5);
        target.put(Bytes.utf8("Hello"));
        CLIENT.maskPayload(target, 5, key);

        assertThat(Bytes.hex(target.flip())).isEqualTo("818537fa213d7f9f4d5158");
    }

    private static ByteBuffer frame(final FrameWriter writer, final byte[] payload) {
        final ByteBuffer target = ByteBuffer.allocateDirect((int) writer.frameBytes(payload.length));
        writer.write(target, TEXT, Bytes.heap(payload));
        assertThat(target.hasRemaining()).isFalse();
        return target.flip();
    }
}
