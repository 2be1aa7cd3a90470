package io.godwit.core.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.godwit.core.frame.Opcode;
import io.godwit.core.testkit.Bytes;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

    @ParameterizedTest
    @ValueSource(strings = {"", "Hello", "\u007F\u0080\u07FF\u0800\uFFFF", "\uD800\uDC00\uDBFF\uDFFF", "Größe € 𝄞 x"})
    void shouldEncodeAsTheJdkDoes(final String text) {
        final byte[] expected = Bytes.utf8(text);
        assertThat(Utf8.encodedLength(text)).isEqualTo(expected.length);
        for (final ByteBuffer target : new ByteBuffer[] {ByteBuffer.allocate(40), ByteBuffer.allocateDirect(40)}) {
            Utf8.encode(text, target.position(2));
            assertThat(Bytes.copy(target.flip().position(2))).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD800", "x\uDC00", "\uD800x", "\uDC00\uD800", "ok\uD834"})
    void shouldRefuseUnpairedSurrogates(final String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Utf8.encodedLength(text));
        assertThatIllegalArgumentException().isThrownBy(() -> Utf8.encode(text, ByteBuffer.allocate(40)));
    }

    @Test
    void shouldFrameAMessageOnceForAllConnections() {
        final EncodedMessage text = EncodedMessage.text("Hello €");
        assertThat(text.kind()).isEqualTo(Opcode.TEXT);
        assertThat(text.payloadBytes()).isEqualTo(9);
        assertThat(text.frames().isReadOnly()).isTrue();
        assertThat(Bytes.hex(text.frames())).isEqualTo("810948656c6c6f20e282ac");

        final ByteBuffer payload = Bytes.heap((byte) 1, (byte) 2);
        final EncodedMessage binary = EncodedMessage.binary(payload);
        assertThat(binary.kind()).isEqualTo(Opcode.BINARY);
        assertThat(payload.remaining()).isEqualTo(2);
        assertThat(Bytes.hex(binary.frames())).isEqualTo("82020102");
        assertThatIllegalArgumentException().isThrownBy(() -> EncodedMessage.text("\uD800"));
    }
}
