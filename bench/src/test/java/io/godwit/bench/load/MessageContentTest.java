package io.godwit.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageContentTest {

    private static final int CONNECTION = 70_001;
    private static final long NUMBER = 123_456_789;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 20, 63, 71, 72, 73, 200})
    void shouldKnowItsOwnMessageInAnyTwoSlices(final int payloadBytes) {
        final MessageContent content = content(payloadBytes, true);
        final ByteBuffer message = message(content, payloadBytes, CONNECTION, NUMBER);
        for (int cut = 0; cut <= payloadBytes; cut++) {
            assertThat(content.matches(message.slice(0, cut), 0, CONNECTION, NUMBER))
                    .isTrue();
            assertThat(content.matches(message.slice(cut, payloadBytes - cut), cut, CONNECTION, NUMBER))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 20, 63, 72, 200})
    void shouldSeeEachByteThatIsAnother(final int payloadBytes) {
        final MessageContent content = content(payloadBytes, false);
        for (int i = 0; i < payloadBytes; i++) {
            final ByteBuffer message = message(content, payloadBytes, CONNECTION, NUMBER);
            message.put(i, (byte) (message.get(i) ^ 1));
            assertThat(content.matches(message, 0, CONNECTION, NUMBER)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 20, 200})
    void shouldTellAMessageFromAllOthers(final int payloadBytes) {
        final MessageContent content = content(payloadBytes, true);
        for (int bit = 0; bit < 30; bit++) {
            final ByteBuffer other = message(content, payloadBytes, CONNECTION, NUMBER ^ 1L << bit);
            assertThat(content.matches(other, 0, CONNECTION, NUMBER)).isFalse();
        }
        for (int bit = 0; bit < 18; bit++) {
            final ByteBuffer other = message(content, payloadBytes, CONNECTION ^ 1 << bit, NUMBER);
            assertThat(content.matches(other, 0, CONNECTION, NUMBER)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 1_024})
    void shouldBeAsciiWhereItIsText(final int payloadBytes) {
        final MessageContent content = content(payloadBytes, true);
        for (long number = 0; number < 100; number++) {
            final ByteBuffer message = message(content, payloadBytes, CONNECTION, number);
            for (int i = 0; i < payloadBytes; i++) {
                assertThat(message.get(i)).isBetween((byte) ' ', (byte) '~');
            }
        }
    }

    private static MessageContent content(final int payloadBytes, final boolean isText) {
        return new MessageContent(payloadBytes, isText, new SplittableRandom(1));
    }

    private static ByteBuffer message(
            final MessageContent content, final int payloadBytes, final int connection, final long number) {
        final ByteBuffer message = ByteBuffer.allocateDirect(payloadBytes);
        content.put(message, connection, number);
        return message.flip();
    }
}
