package io.godwit.bench.micro;

import io.godwit.core.message.Utf8Validator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to validate a text, beside a copy of as many bytes. An operation is one text; it allocates nothing. The
 * ratio to {@link #copy} of the same run tells.
 *
 * <p>What a server receives as ASCII is found to be so in passing, while it is unmasked, and is not validated at all: the
 * figures of ASCII hold for what is not known to be, such as the rest of a text with one other character in it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class Utf8Benchmark {

    /** What a text consists of, drawn at random: a processor that learns a short pattern would be too fast. */
    public enum Content {
        /** One byte each. */
        ASCII("etaoin shrdlu"),
        /** Every other character of one byte, the others of two. */
        TWO_BYTES("aeiouéäøñç"),
        /** Every third of one byte, the others of three. */
        THREE_BYTES("ab 日本語文字、"),
        /** Every other of one byte, the others of four. */
        FOUR_BYTES("ok !😀👍🎉𝄞"),
        /** As many of one byte as of two, of three and of four. */
        MIXED("abcéäø日本語😀👍🎉");

        private final int[] characters;

        Content(final String characters) {
            this.characters = characters.codePoints().toArray();
        }

        ByteBuffer text(final int bytes) {
            final RandomGenerator random =
                    RandomGeneratorFactory.of("SplittableRandom").create(1);
            final ByteBuffer text = ByteBuffer.allocateDirect(bytes);
            while (text.hasRemaining()) {
                final String character = Character.toString(characters[random.nextInt(characters.length)]);
                final byte[] encoded = character.getBytes(StandardCharsets.UTF_8);
                // The last ones are shorter, so that no character is cut.
                text.put(encoded.length <= text.remaining() ? encoded : new byte[] {'.'});
            }
            return text.flip();
        }
    }

    /** The text's length in bytes. */
    @Param({"20", "1024", "65536"})
    private int payloadBytes;

    /** What it consists of. */
    @Param
    private Content content;

    private ByteBuffer text;
    private ByteBuffer target;

    /** Makes the text. */
    @Setup
    public void setUp() {
        text = content.text(payloadBytes);
        target = ByteBuffer.allocateDirect(payloadBytes);
    }

    /**
     * The whole text at once.
     *
     * @return the state behind it
     */
    @Benchmark
    public int validate() {
        final int state = Utf8Validator.advance(Utf8Validator.ACCEPT, text, 0, payloadBytes);
        if (state != Utf8Validator.ACCEPT) {
            throw new IllegalStateException("the text is valid");
        }
        return state;
    }

    /**
     * What to compare with: as many bytes copied.
     *
     * @return the copy
     */
    @Benchmark
    public ByteBuffer copy() {
        return target.put(0, text, 0, payloadBytes);
    }
}
