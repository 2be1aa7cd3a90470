package io.godwit.core.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.testkit.Bytes;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class FrameParserTest {
    private final FrameLog log = new FrameLog();
    private final FrameParser server = new FrameParser(log, true, 0);
    private final FrameParser client = new FrameParser(log, false, 0);

    @Test
    void shouldReadTheHeaderOfA50ByteTextFrameFromAServer() {
        assertThat(client.parse(Bytes.direct(Bytes.hex("81 32")))).isNull();
        assertThat(log.events).containsExactly("81 50");
    }

    @Test
    void shouldTellTheHeaderBeforeTheMaskingKeyHasCome() {
        server.parse(Bytes.direct(Bytes.hex("82 fe 01 00")));
        assertThat(log.events).containsExactly("82 256");
    }

    @Test
    void shouldHandOnPayloadAsItComesAndCarryTheMasksPhase() {
        for (final String part : new String[] {"81 85 37", "fa213d 7f", "9f4d", "51 58 81"}) {
            assertThat(server.parse(Bytes.direct(Bytes.hex(part)))).isNull();
        }
        assertThat(log.events).containsExactly("81 5", "48", "656c", "6c6f", "end");
    }

    @Test
    void shouldEndAnEmptyFrameWithItsHeader() {
        server.parse(Bytes.direct(Bytes.hex("81 80 37fa21")));
        assertThat(log.events).containsExactly("81 0");
        server.parse(Bytes.direct(Bytes.hex("3d")));
        assertThat(log.events).containsExactly("81 0", "", "end");
    }

    @Test
    void shouldRestoreTheBuffersLimit() {
        final ByteBuffer in = Bytes.direct(Bytes.hex("8101 61 8101 62"));
        final int limit = in.limit();
        client.parse(in);
        assertThat(in.limit()).isEqualTo(limit);
        assertThat(in.position()).isEqualTo(limit);
        assertThat(log.events).containsExactly("81 1", "61", "end", "81 1", "62", "end");
    }

    @Test
    void shouldJudgeA64BitLengthByItsFirstByte() {
        assertThat(client.parse(Bytes.direct(Bytes.hex("82 7f 80")))).isEqualTo(ProtocolViolation.LENGTH_OUT_OF_RANGE);
        assertThat(log.events).isEmpty();
    }

    @Test
    void shouldTakeTheLongestLengthThereIs() {
        assertThat(client.parse(Bytes.direct(Bytes.hex("82 7f 7fffffffffffffff 61"))))
                .isNull();
        assertThat(log.events).containsExactly("82 " + Long.MAX_VALUE, "61");
    }

    @Test
    void shouldStopWhereTheSinkFindsFault() {
        log.atFirstByte = ProtocolViolation.EXPECTED_CONTINUATION;
        assertThat(client.parse(Bytes.direct((byte) 0x81))).isEqualTo(ProtocolViolation.EXPECTED_CONTINUATION);
        final FrameLog second = new FrameLog();
        second.atHeader = ProtocolViolation.FRAME_TOO_BIG;
        final FrameParser parser = new FrameParser(second, false, 0);
        assertThat(parser.parse(Bytes.direct(Bytes.hex("8101 61")))).isEqualTo(ProtocolViolation.FRAME_TOO_BIG);
        assertThat(second.events).containsExactly("81 1");
        final FrameLog third = new FrameLog();
        third.atPayload = ProtocolViolation.INVALID_UTF8;
        final FrameParser last = new FrameParser(third, false, 0);
        assertThat(last.parse(Bytes.direct(Bytes.hex("8101 61 8101 62")))).isEqualTo(ProtocolViolation.INVALID_UTF8);
        assertThat(third.events).containsExactly("81 1", "61", "end");
    }

    @Test
    void shouldConsumeNothingWhileSuspended() {
        client.suspend();
        final ByteBuffer in = Bytes.direct(Bytes.hex("8101 61"));
        assertThat(client.parse(in)).isNull();
        assertThat(in.remaining()).isEqualTo(3);
        client.resume();
        client.parse(in);
        assertThat(log.events).containsExactly("81 1", "61", "end");
    }

    @Test
    void shouldAllowClaimedBitsOnTheFirstFrameOfADataMessageOnly() {
        final FrameParser extended = new FrameParser(log, false, 0x40);
        assertThat(extended.parse(Bytes.direct(Bytes.hex("4100 c200")))).isNull();
        for (final int first : new int[] {0xC0, 0x40, 0xC8, 0xC9, 0xCA, 0xA1, 0x91, 0xE1}) {
            assertThat(new FrameParser(log, false, 0x40).parse(Bytes.direct((byte) first)))
                    .as(Integer.toHexString(first))
                    .isEqualTo(ProtocolViolation.RESERVED_BITS);
        }
    }
}
