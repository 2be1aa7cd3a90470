package io.godwit.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.Opcode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EchoReaderTest {

    private static final int BYTES = 20;
    private static final int FIN = FrameWriter.FIN;

    private final LoadOptions options = options();
    private final MessageContent content = new MessageContent(BYTES, true, new SplittableRandom(1));
    private final EchoReader reader = new EchoReader(options, content, 3);
    private final ByteBuffer in = ByteBuffer.allocateDirect(65_536);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 21, 22, 23, 100})
    void shouldCountEchoesHoweverTheirBytesAreCut(final int chunk) {
        for (int number = 0; number < 10; number++) {
            frame(FIN | Opcode.TEXT.value(), message(number));
        }
        in.flip();
        while (in.hasRemaining()) {
            final ByteBuffer slice = in.slice(in.position(), Math.min(chunk, in.remaining()));
            in.position(in.position() + slice.remaining());
            reader.read(slice);
        }
        assertThat(reader.received()).isEqualTo(10);
    }

    @Test
    void shouldTakeFragmentsWithAPingBetweenThem() {
        final ByteBuffer message = message(0);
        frame(Opcode.TEXT.value(), message.slice(0, 5));
        frame(FIN | Opcode.PING.value(), ByteBuffer.wrap("are you there?".getBytes(StandardCharsets.US_ASCII)));
        frame(Opcode.CONTINUATION.value(), message.slice(5, 0));
        frame(FIN | Opcode.CONTINUATION.value(), message.slice(5, 15));
        frame(FIN | Opcode.TEXT.value(), message(1));
        reader.read(in.flip());
        assertThat(reader.received()).isEqualTo(2);
        assertThat(StandardCharsets.US_ASCII.decode(reader.takePing()).toString())
                .isEqualTo("are you there?");
        assertThat(reader.takePing()).isNull();
    }

    @Test
    void shouldSeeAClose() {
        frame(
                FIN | Opcode.CLOSE.value(),
                ByteBuffer.allocate(2).putShort((short) 1_000).flip());
        reader.read(in.flip());
        assertThat(reader.closeReceived()).isTrue();
    }

    @Test
    void shouldRefuseOtherContent() {
        final ByteBuffer message = message(0);
        message.put(19, (byte) (message.get(19) ^ 1));
        frame(FIN | Opcode.TEXT.value(), message);
        assertWrong("other content");
    }

    @Test
    void shouldRefuseAnotherOrder() {
        frame(FIN | Opcode.TEXT.value(), message(1));
        assertWrong("other content");
    }

    @Test
    void shouldRefuseAnotherKind() {
        frame(FIN | Opcode.BINARY.value(), message(0));
        assertWrong("opcode 2 in place of 1");
    }

    @Test
    void shouldRefuseAMessageThatIsTooShort() {
        frame(Opcode.TEXT.value(), message(0).limit(10));
        frame(FIN | Opcode.CONTINUATION.value(), message(0).position(11));
        assertWrong("19 bytes in place of 20");
    }

    @Test
    void shouldRefuseAMessageThatIsTooLong() {
        frame(FIN | Opcode.TEXT.value(), ByteBuffer.allocate(21));
        assertWrong("21 bytes in place of 20");
    }

    @Test
    void shouldRefuseAMaskedFrame() {
        in.put(new byte[] {(byte) 0x81, (byte) 0x94});
        assertWrong("breaks the protocol");
    }

    @Test
    void shouldLookAtLengthsOnlyWhereTheServerDoesNotEcho() {
        final EchoReader unchecked =
                new EchoReader(LoadOptions.parse("--url", "ws://127.0.0.1:1/", "--text", "--unchecked"), content, 3);
        frame(FIN | Opcode.TEXT.value(), ByteBuffer.allocate(BYTES));
        unchecked.read(in.flip());
        assertThat(unchecked.received()).isEqualTo(1);
    }

    private void assertWrong(final String what) {
        in.flip();
        assertThatExceptionOfType(WrongEcho.class)
                .isThrownBy(() -> reader.read(in))
                .withMessageContaining("connection 3, message 0: ")
                .withMessageContaining(what);
    }

    private ByteBuffer message(final long number) {
        final ByteBuffer message = ByteBuffer.allocateDirect(BYTES);
        content.put(message, 3, number);
        return message.flip();
    }

    private void frame(final int firstByte, final ByteBuffer payload) {
        FrameWriter.server().write(in, firstByte, payload);
    }

    private static LoadOptions options() {
        return LoadOptions.parse("--url", "ws://127.0.0.1:1/", "--text");
    }
}
