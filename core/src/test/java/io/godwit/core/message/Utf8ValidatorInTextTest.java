package io.godwit.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.testkit.Bytes;
import io.godwit.core.testkit.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every sequence, and those at the edges at every place of a longer text, against the JDK's strict decoder. */
class Utf8ValidatorInTextTest {
    private static final CharsetDecoder STRICT = StandardCharsets.UTF_8.newDecoder();
    private static final CharBuffer CHARS = CharBuffer.allocate(1_000);
    /** Stands for every state between two bytes of a character. */
    private static final int INSIDE = 1;

    private static final int[] LEADS = {
        0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4,
        0xF5, 0xF8, 0xFF
    };
    private static final int[] CONTINUATIONS = {0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0};
    /** Past a block of four words that begins anywhere in a word. */
    private static final int PLACES = 40;

    enum Script {
        ASCII("plain, and ordinary text; "),
        LATIN("Größe, façade, año, naïve. "),
        CYRILLIC("<p>Привет, как дела?</p> "),
        HEBREW("שלום עולם, מה נשמע? "),
        THAI("สวัสดีครับ ยินดี "),
        HANGUL("한국어 힣 텍스트, \uD7FF "),
        CJK("日本語の文章、abc。漢字 "),
        EMOJI("ok 😀👍 \uDBFF\uDFFF 𝄞 fine ");

        private final String text;

        Script(final String text) {
            this.text = text;
        }

        /** What ends with a whole character, about as long as told. */
        byte[] text(final int bytes) {
            final StringBuilder begun = new StringBuilder();
            for (int index = 0; Utf8.encodedLength(begun.toString()) < bytes; ) {
                final int codePoint = text.codePointAt(index);
                begun.appendCodePoint(codePoint);
                index = (index + Character.charCount(codePoint)) % text.length();
            }
            return Bytes.utf8(begun.toString());
        }
    }

    @Test
    void shouldAgreeOnEverySequenceOfThreeBytes() {
        final byte[] sequence = new byte[3];
        for (int bits = 0; bits <= 0xFF_FFFF; bits++) {
            sequence[0] = (byte) (bits >> 16);
            sequence[1] = (byte) (bits >> 8);
            sequence[2] = (byte) bits;
            agree(sequence, ByteBuffer.wrap(sequence));
            if ((bits & 0xFF) == 0) {
                agree(Arrays.copyOf(sequence, 2), ByteBuffer.wrap(sequence).limit(2));
            }
        }
    }

    @Test
    void shouldAgreeOnEveryLeadOfFourBytes() {
        for (int lead = 0xF0; lead <= 0xFF; lead++) {
            for (int second = 0; second <= 0xFF; second++) {
                for (final int third : CONTINUATIONS) {
                    for (final int fourth : CONTINUATIONS) {
                        final byte[] sequence = {(byte) lead, (byte) second, (byte) third, (byte) fourth};
                        agree(sequence, ByteBuffer.wrap(sequence));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAgreeWhereverInATextASequenceStands(final Script script) {
        for (int place = 0; place < PLACES; place++) {
            final byte[] before = script.text(place);
            final byte[] after = script.text(PLACES);
            final ByteBuffer direct = ByteBuffer.allocateDirect(4 * PLACES);
            final ByteBuffer little = direct.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            forEachSequence(sequence -> {
                final byte[] text = join(before, sequence, after);
                direct.clear().position(3).put(text).flip().position(3);
                little.limit(direct.limit()).position(3);
                agree(text, direct);
                agree(text, ByteBuffer.wrap(text));
                agree(text, little);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAgreeBehindEachByteAndOnTheRest(final Script script) {
        Seed.forEach(
                1,
                random -> forEachSequence(sequence -> {
                    final byte[] before = script.text(random.nextInt(PLACES));
                    final byte[] text = join(before, sequence, script.text(random.nextInt(PLACES)));
                    final ByteBuffer buffer = random.nextBoolean() ? Bytes.direct(text) : Bytes.heap(text);
                    final int whole = expected(text, text.length);
                    for (int cut = 0; cut <= text.length; cut++) {
                        final int middle = buffer.position() + cut;
                        final int state =
                                Utf8Validator.advance(Utf8Validator.ACCEPT, buffer, buffer.position(), middle);
                        if (kind(state) != expected(text, cut)
                                || kind(Utf8Validator.advance(state, buffer, middle, buffer.limit())) != whole) {
                            throw new AssertionError(Bytes.hex(text) + " cut behind " + cut);
                        }
                    }
                }));
    }

    /** What is looked for by words is not to be taken where a character is still to end. */
    @ParameterizedTest
    @ValueSource(strings = {"c2", "e0", "e282", "ed9f", "f0", "f09080", "f48f"})
    void shouldAgreeOnAsciiInsideACharacter(final String hex) {
        for (int before = 0; before < PLACES; before++) {
            for (int after = 0; after < 2 * PLACES; after++) {
                final byte[] text = join(Script.ASCII.text(before), Bytes.hex(hex), Script.ASCII.text(after));
                agree(text, Bytes.heap(text));
            }
        }
    }

    @Test
    void shouldAgreeOnMixturesOfScripts() {
        Seed.forEach(3_000, random -> {
            byte[] text = {};
            while (text.length < 200) {
                final Script script = Script.values()[random.nextInt(Script.values().length)];
                text = join(text, script.text(random.nextInt(60)));
            }
            if (random.nextBoolean()) {
                damage(text, random);
            }
            agree(text, Bytes.direct(text));
        });
    }

    private static void damage(final byte[] text, final Random random) {
        text[random.nextInt(text.length)] = (byte) LEADS[random.nextInt(LEADS.length)];
    }

    private interface Check {
        void accept(byte... sequence);
    }

    /** Each lead alone, with the edges behind it, and as many of them as it may want. */
    private static void forEachSequence(final Check check) {
        for (final int lead : LEADS) {
            check.accept((byte) lead);
            for (final int second : CONTINUATIONS) {
                check.accept((byte) lead, (byte) second);
                for (final int third : CONTINUATIONS) {
                    check.accept((byte) lead, (byte) second, (byte) third);
                    for (int fourth = 0; lead >= 0xF0 && fourth < CONTINUATIONS.length; fourth++) {
                        check.accept((byte) lead, (byte) second, (byte) third, (byte) CONTINUATIONS[fourth]);
                    }
                }
            }
        }
    }

    private static void agree(final byte[] text, final ByteBuffer buffer) {
        final int state = Utf8Validator.advance(Utf8Validator.ACCEPT, buffer, buffer.position(), buffer.limit());
        if (kind(state) != expected(text, text.length)) {
            assertThat(state).as("%s as %s", Bytes.hex(text), buffer).isEqualTo(expected(text, text.length));
        }
    }

    private static int kind(final int state) {
        return state == Utf8Validator.ACCEPT || state == Utf8Validator.REJECT ? state : INSIDE;
    }

    /** What the JDK says of a text's beginning. */
    private static int expected(final byte[] text, final int length) {
        final ByteBuffer in = ByteBuffer.wrap(text, 0, length);
        STRICT.reset();
        if (STRICT.decode(in, CHARS.clear(), false).isError()) {
            return Utf8Validator.REJECT;
        }
        // It tells of a surrogate with the third byte, RFC 3629 §4 with the second.
        final int rest = in.position();
        if (in.remaining() == 2 && text[rest] == (byte) 0xED && (text[rest + 1] & 0xFF) >= 0xA0) {
            return Utf8Validator.REJECT;
        }
        return in.hasRemaining() ? INSIDE : Utf8Validator.ACCEPT;
    }

    private static byte[] join(final byte[]... parts) {
        final ByteBuffer joined = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (final byte[] part : parts) {
            joined.put(part);
        }
        return joined.array();
    }
}
