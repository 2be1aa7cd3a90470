package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.testkit.Bytes;
import io.godwit.core.testkit.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** However the same bytes are cut, the same events come of them. */
class SplitInvarianceTest {
    private static final ProtocolLimits LIMITS = new ProtocolLimits(140, 200, 6);

    @Test
    void shouldNotCareHowTheBytesAreCut() {
        Seed.forEach(1_500, random -> {
            final Role role = random.nextBoolean() ? Role.SERVER : Role.CLIENT;
            final boolean extended = random.nextBoolean();
            final byte[] stream = RandomStreams.stream(random, role, extended);

            for (final boolean fragments : new boolean[] {false, true}) {
                final List<String> whole = events(role, extended, fragments, stream, () -> stream.length);
                final List<String> bytes = events(role, extended, fragments, stream, () -> 1);
                final List<String> cuts = events(role, extended, fragments, stream, () -> 1 + random.nextInt(30));

                assertThat(bytes).as(Bytes.hex(stream)).isEqualTo(whole);
                assertThat(cuts).as(Bytes.hex(stream)).isEqualTo(whole);
            }
        });
    }

    /** Random bytes into both roles: a verdict, or none yet; never an exception, a hang or growth. */
    @Test
    void shouldSurviveRandomBytes() {
        Seed.forEach(3_000, random -> {
            final Role role = random.nextBoolean() ? Role.SERVER : Role.CLIENT;
            final byte[] stream = new byte[random.nextInt(200)];
            random.nextBytes(stream);
            survive(random, role, stream);
        });
    }

    @Test
    void shouldSurviveDamagedStreams() {
        Seed.forEach(3_000, random -> {
            final Role role = random.nextBoolean() ? Role.SERVER : Role.CLIENT;
            final byte[] stream = RandomStreams.stream(random, role, true);
            for (int damage = 1 + random.nextInt(4); damage > 0 && stream.length > 0; damage--) {
                stream[random.nextInt(stream.length)] = (byte) random.nextInt();
            }
            survive(random, role, stream);
        });
    }

    private static void survive(final Random random, final Role role, final byte[] stream) {
        final boolean extended = random.nextBoolean();
        events(role, extended, random.nextBoolean(), stream, () -> 1 + random.nextInt(60));
        final Endpoint endpoint = endpoint(role, extended, false);
        endpoint.receive(stream);
        final boolean failed = endpoint.events().stream().anyMatch(event -> event.startsWith("violation"));
        final boolean closed = endpoint.events().stream().anyMatch(event -> event.startsWith("close"));
        assertThat(endpoint.protocol.inputFinished()).isEqualTo(failed || closed);
        endpoint.end();
    }

    private static List<String> events(
            final Role role,
            final boolean extended,
            final boolean fragments,
            final byte[] stream,
            final IntSupplier sizes) {
        final Endpoint endpoint = endpoint(role, extended, fragments);
        int from = 0;
        while (from < stream.length) {
            final int to = Math.min(stream.length, from + sizes.getAsInt());
            endpoint.receive(Arrays.copyOfRange(stream, from, to));
            from = to;
        }
        // The message, its next and larger buffer while it grows, and a control frame.
        assertThat(endpoint.buffers.bytesLentMax).isLessThan(2 * LIMITS.messageBytesMax() + 125 + 9);
        endpoint.end();
        return endpoint.events();
    }

    private static Endpoint endpoint(final Role role, final boolean extended, final boolean fragments) {
        return new Endpoint(
                role,
                builder -> builder.limits(LIMITS)
                        .deliverFragments(fragments)
                        .extension(extended ? new RunLengthExtension() : null));
    }
}
