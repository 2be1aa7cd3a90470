package io.godwit.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.testkit.Bytes;
import io.godwit.core.testkit.Seed;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8ValidatorTest {
    private static final CharsetDecoder STRICT = StandardCharsets.UTF_8.newDecoder();
    private static final int[] EDGES = {
        0x00, 0x61, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
        0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF
    };

    @ParameterizedTest
    @ValueSource(
            strings = {"", "00", "7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf", "f0908080", "f48fbfbf"})
    void shouldAcceptTheEdgesOfEachLength(final String hex) {
        assertThat(validate(Bytes.hex(hex))).isEqualTo(Utf8Validator.ACCEPT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "bf",
                "c0",
                "c1",
                "f5",
                "ff",
                "c27f",
                "c2c0",
                "e09f",
                "ed a0",
                "e0a07f",
                "f08f",
                "f490",
                "f0908f7f",
                "e282 28"
            })
    void shouldRejectWithTheFirstBadByte(final String hex) {
        final byte[] bytes = Bytes.hex(hex);
        assertThat(validate(bytes)).isEqualTo(Utf8Validator.REJECT);
        assertThat(validate(Arrays.copyOf(bytes, bytes.length - 1))).isNotEqualTo(Utf8Validator.REJECT);
    }

    @Test
    void shouldStayRejectedWhateverFollows() {
        for (int value = 0; value <= 0xFF; value++) {
            final ByteBuffer next = Bytes.heap((byte) value);
            assertThat(Utf8Validator.advance(Utf8Validator.REJECT, next, 0, 1))
                    .as(Integer.toHexString(value))
                    .isEqualTo(Utf8Validator.REJECT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c2", "e0", "e282", "f0", "f090", "f09080", "61e282"})
    void shouldSeeThatTextEndsInsideACharacter(final String hex) {
        assertThat(validate(Bytes.hex(hex))).isNotIn(Utf8Validator.ACCEPT, Utf8Validator.REJECT);
    }

    @Test
    void shouldAgreeWithTheJdkOnEverySequenceOfFourEdges() {
        for (final int first : EDGES) {
            for (final int second : EDGES) {
                for (final int third : EDGES) {
                    for (final int fourth : EDGES) {
                        compare((byte) first, (byte) second, (byte) third, (byte) fourth);
                    }
                }
            }
        }
    }

    @Test
    void shouldAgreeWithTheJdkOnRandomText() {
        Seed.forEach(3_000, random -> compare(randomText(random)));
    }

    @Test
    void shouldNotCareHowTextIsCut() {
        Seed.forEach(2_000, random -> {
            final byte[] bytes = randomText(random);
            final ByteBuffer buffer = random.nextBoolean() ? Bytes.direct(bytes) : Bytes.heap(bytes);
            int state = Utf8Validator.ACCEPT;
            int from = buffer.position();
            while (from < buffer.limit() && state != Utf8Validator.REJECT) {
                final int to = Math.min(buffer.limit(), from + random.nextInt(40));
                state = Utf8Validator.advance(state, buffer, from, to);
                from = to;
            }
            assertThat(state).isEqualTo(validate(bytes));
        });
    }

    private static byte[] randomText(final Random random) {
        final StringBuilder text = new StringBuilder();
        final int chars = random.nextInt(80);
        final int kind = random.nextInt(4);
        for (int i = 0; i < chars; i++) {
            final int bound = new int[] {0x80, 0x800, 0x10000, 0x110000}[random.nextInt(kind + 1)];
            final int codePoint = random.nextInt(bound);
            text.appendCodePoint(codePoint >= 0xD800 && codePoint < 0xE000 ? 'x' : codePoint);
        }
        final byte[] bytes = Bytes.utf8(text.toString());
        for (int damage = random.nextInt(3); damage > 0 && bytes.length > 0; damage--) {
            bytes[random.nextInt(bytes.length)] = (byte) EDGES[random.nextInt(EDGES.length)];
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
    }

    /** The JDK's decoder is strict, but not early: that text can still become UTF-8 is shown by completing it. */
    private static void compare(final byte... bytes) {
        final int state = validate(bytes);
        if (isUtf8(bytes)) {
            assertThat(state).as(Bytes.hex(bytes)).isEqualTo(Utf8Validator.ACCEPT);
        } else if (canBeCompleted(bytes, 3)) {
            assertThat(state).as(Bytes.hex(bytes)).isNotIn(Utf8Validator.ACCEPT, Utf8Validator.REJECT);
        } else {
            assertThat(state).as(Bytes.hex(bytes)).isEqualTo(Utf8Validator.REJECT);
        }
    }

    private static boolean canBeCompleted(final byte[] bytes, final int missingMax) {
        if (isUtf8(bytes)) {
            return true;
        }
        // Only a lead byte among the last three can still get what it lacks.
        boolean can = false;
        for (int edge = 0x80; canEndInsideACharacter(bytes) && missingMax > 0 && edge <= 0xBF && !can; edge += 0x10) {
            final byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
            longer[bytes.length] = (byte) edge;
            can = canBeCompleted(longer, missingMax - 1);
        }
        return can;
    }

    private static boolean canEndInsideACharacter(final byte[] bytes) {
        final ByteBuffer in = ByteBuffer.wrap(bytes);
        decode(in);
        return in.remaining() <= 3;
    }

    private static boolean isUtf8(final byte[] bytes) {
        return !decode(ByteBuffer.wrap(bytes)).isError();
    }

    private static CoderResult decode(final ByteBuffer in) {
        STRICT.reset();
        return STRICT.decode(in, CharBuffer.allocate(in.remaining() + 1), true);
    }

    private static int validate(final byte... bytes) {
        final ByteBuffer buffer = Bytes.direct(bytes);
        return Utf8Validator.advance(Utf8Validator.ACCEPT, buffer, buffer.position(), buffer.limit());
    }
}
