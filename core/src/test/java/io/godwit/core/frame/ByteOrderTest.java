package io.godwit.core.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.godwit.core.http.HttpLimits;
import io.godwit.core.http.HttpRequestParser;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.message.Utf8;
import io.godwit.core.message.Utf8Validator;
import io.godwit.core.testkit.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A little endian buffer: where its order would matter it is refused before anything is done, elsewhere it does not. */
class ByteOrderTest {

    private static ByteBuffer little(final byte... bytes) {
        return Bytes.direct(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"81826865 6c6c6f6f", "81fe0080", "8882", "81"})
    void shouldNotParseFramesFromIt(final String hex) {
        final FrameLog log = new FrameLog();
        final FrameParser parser = new FrameParser(log, true, 0);
        final ByteBuffer in = little(Bytes.hex(hex));
        assertThatIllegalArgumentException().isThrownBy(() -> parser.parse(in)).withMessageContaining("big endian");
        assertThat(in.remaining()).isEqualTo(Bytes.hex(hex).length);
        assertThat(parser.isAtRest()).isTrue();
        assertThat(parser.parse(in.order(ByteOrder.BIG_ENDIAN))).isNull();
    }

    @Test
    void shouldNotUnmaskWhatIsReadOnly() {
        final FrameParser server = new FrameParser(new FrameLog(), true, 0);
        final ByteBuffer in = Bytes.heap(Bytes.hex("818268656c6c6f6f")).asReadOnlyBuffer();
        assertThatIllegalArgumentException().isThrownBy(() -> server.parse(in)).withMessageContaining("read-only");
        assertThat(in.position()).isZero();
        final ByteBuffer unmasked = Bytes.heap(Bytes.hex("81026869")).asReadOnlyBuffer();
        assertThat(new FrameParser(new FrameLog(), false, 0).parse(unmasked)).isNull();
        assertThat(unmasked.hasRemaining()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 125, 126, 65_536})
    void shouldNotWriteFramesToIt(final int length) {
        final FrameWriter writer = FrameWriter.client(() -> 7);
        final ByteBuffer target = ByteBuffer.allocate(70_000).order(ByteOrder.LITTLE_ENDIAN);
        final ByteBuffer payload = ByteBuffer.allocate(length);
        assertThatIllegalArgumentException().isThrownBy(() -> writer.write(target, 0x82, payload));
        assertThatIllegalArgumentException().isThrownBy(() -> writer.writeHeader(target, 0x82, length));
        assertThat(target.position()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 20, 31, 32, 125, 126, 1_000})
    void shouldWritePayloadFromIt(final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7);
        }
        for (final ByteBuffer payload :
                new ByteBuffer[] {little(bytes), ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)}) {
            final ByteBuffer target = ByteBuffer.allocateDirect(2_000);
            FrameWriter.server().write(target, 0x82, payload);
            final byte[] written = Bytes.copy(target.flip());
            assertThat(Bytes.hex(written)).endsWith(Bytes.hex(bytes));
            assertThat(Bytes.hex(EncodedMessage.binary(payload).frames())).isEqualTo(Bytes.hex(written));
        }
    }

    @Test
    void shouldReadCloseTextAndHeadsFromItAsFromAnyOther() {
        final ByteBuffer close = little(Bytes.hex("03e96f6b"));
        assertThat(ClosePayload.judgeCode(close)).isNull();
        assertThat(ClosePayload.parse(close)).isEqualTo(new ClosePayload(1001, "ok"));

        final byte[] text = Bytes.utf8("Grüße aus € 𝄞 und mehr als zweiunddreißig Bytes, damit es Worte sind");
        final ByteBuffer utf8 = little(text);
        assertThat(Utf8Validator.advance(Utf8Validator.ACCEPT, utf8, utf8.position(), utf8.limit()))
                .isEqualTo(Utf8Validator.ACCEPT);
        final ByteBuffer encoded = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        Utf8.encode(new String(text, StandardCharsets.UTF_8), encoded);
        assertThat(Bytes.copy(encoded.flip())).isEqualTo(text);

        final HttpRequestParser head = new HttpRequestParser(HttpLimits.DEFAULT);
        assertThat(head.parse(little(Bytes.utf8("GET /a HTTP/1.1\r\nHost: b\r\n\r\n"))))
                .isTrue();
        assertThat(head.request().path()).isEqualTo("/a");
    }

    @Test
    void shouldParseNoMoreAfterAViolationOrAnException() {
        final FrameParser violated = new FrameParser(new FrameLog(), false, 0);
        assertThat(violated.parse(Bytes.direct(Bytes.hex("f1")))).isEqualTo(ProtocolViolation.RESERVED_BITS);
        assertThatIllegalStateException().isThrownBy(() -> violated.parse(Bytes.direct(Bytes.hex("8100"))));
        assertThat(violated.isAtRest()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new FrameParser(new FrameLog(), true, 0x80));
        assertThatIllegalArgumentException().isThrownBy(() -> new FrameParser(new FrameLog(), true, 1));
    }
}
