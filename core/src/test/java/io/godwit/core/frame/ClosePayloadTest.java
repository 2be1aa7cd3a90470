package io.godwit.core.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.godwit.core.testkit.Bytes;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClosePayloadTest {

    @Test
    void shouldEncodeCodeAndReason() {
        assertThat(Bytes.hex(ClosePayload.encode(1000, "bye €"))).isEqualTo("03e8627965 20e282ac".replace(" ", ""));
        assertThat(Bytes.hex(ClosePayload.encode(4999, ""))).isEqualTo("1387");
    }

    @Test
    void shouldEncodeAnEmptyPayloadForNoStatus() {
        assertThat(ClosePayload.encode(CloseCode.NO_STATUS_RECEIVED, "").remaining())
                .isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> ClosePayload.encode(1005, "why"));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 65536 + 1000})
    void shouldRefuseCodesThatMustNotBeSent(final int code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClosePayload.encode(code, ""))
                .withMessageContaining("" + code);
    }

    @Test
    void shouldTakeAReasonOf123BytesAndNoMore() {
        assertThat(ClosePayload.encode(1000, "€".repeat(41)).remaining()).isEqualTo(125);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClosePayload.encode(1000, "€".repeat(41) + "x"))
                .withMessageContaining("124");
        assertThatIllegalArgumentException().isThrownBy(() -> ClosePayload.encode(1000, "\uD800"));
    }

    @Test
    void shouldParseWhatItEncodes() {
        assertThat(ClosePayload.parse(ClosePayload.encode(3003, "no €"))).isEqualTo(new ClosePayload(3003, "no €"));
        assertThat(ClosePayload.parse(ByteBuffer.allocate(0))).isEqualTo(new ClosePayload(1005, ""));
        final ByteBuffer direct = Bytes.direct(Bytes.hex("03e9 6f6b"));
        assertThat(ClosePayload.parse(direct)).isEqualTo(new ClosePayload(1001, "ok"));
        assertThat(direct.position()).isEqualTo(3);
    }
}
