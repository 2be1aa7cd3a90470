package io.godwit.core.protocol;

import io.godwit.core.testkit.Bytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A fuzz target: any bytes as what a peer sends once a connection is open, to both roles. No exception leaves: a violation is
 * a value. The events are those of {@link ModelReceiver}, however the bytes are cut, whether messages are delivered whole or in
 * parts, and whether receiving is paused after each. What was borrowed comes back, and little is borrowed at a time.
 *
 * <p>The first two bytes of an input choose the setting and the length of the pieces; the others are the stream.
 */
public final class FrameFuzz {
    private static final int CHOICES = 2;
    private static final ProtocolLimits TIGHT = new ProtocolLimits(140, 200, 6);
    private static final ProtocolLimits WIDE = new ProtocolLimits(70_000, 80_000, 40);
    private static final int CONTROL_BYTES = 125 + 9;

    /** How one run is set up. */
    private record Setting(Role role, ProtocolLimits limits, boolean extended, boolean pausing, boolean poor) {

        static Setting of(final int choice) {
            return new Setting(
                    (choice & 1) == 0 ? Role.SERVER : Role.CLIENT,
                    (choice & 2) == 0 ? TIGHT : WIDE,
                    (choice & 4) != 0,
                    (choice & 8) != 0,
                    (choice & 16) != 0);
        }

        Endpoint endpoint(final boolean fragments) {
            final Endpoint endpoint = new Endpoint(
                    role,
                    builder -> builder.limits(limits)
                            .deliverFragments(fragments)
                            .extension(extended ? new RunLengthExtension() : null));
            if (pausing) {
                endpoint.log.then = event -> endpoint.protocol.pauseReceiving();
            }
            if (poor) {
                endpoint.buffers.budgetBytes = TIGHT.messageBytesMax() / 2;
            }
            return endpoint;
        }
    }

    private FrameFuzz() {}

    /** Called by the fuzzer, and by {@link FrameCorpusTest}. */
    public static void fuzzerTestOneInput(final byte[] input) {
        if (input.length < CHOICES) {
            return;
        }
        final Setting setting = Setting.of(input[0]);
        final int pieceBytes = 1 + (input[1] & 0x3F);
        final byte[] wire = Arrays.copyOfRange(input, CHOICES, input.length);
        final List<String> whole = run(setting, false, wire, Math.max(1, wire.length));
        final List<List<String>> others = List.of(
                run(setting, false, wire, 1),
                run(setting, false, wire, pieceBytes),
                run(setting, true, wire, wire.length + 1),
                run(setting, true, wire, pieceBytes));
        if (setting.poor) {
            // When memory runs out depends on what has to be kept, and so on how the bytes are cut.
            return;
        }
        others.forEach(events -> require(whole, events, "however it is cut"));
        if (!setting.extended) {
            require(ModelReceiver.events(setting.role, setting.limits, wire), whole, "by the model");
        }
    }

    private static List<String> run(
            final Setting setting, final boolean fragments, final byte[] wire, final int pieceBytes) {
        final Endpoint endpoint = setting.endpoint(fragments);
        final ByteBuffer in = Bytes.direct(wire);
        final int end = in.limit();
        while (in.position() < end) {
            receive(endpoint, in.limit((int) Math.min(end, (long) in.position() + pieceBytes)));
        }
        // The message, its next and larger buffer while it grows, and a control frame.
        final long bytesMax = 2L * setting.limits.messageBytesMax() + CONTROL_BYTES;
        if (endpoint.buffers.bytesLentMax > bytesMax) {
            throw new AssertionError(endpoint.buffers.bytesLentMax + " bytes borrowed, more than " + bytesMax);
        }
        endpoint.end();
        return endpoint.events();
    }

    /** Each call that was paused has told something: so there are no more of them than bytes, and one. */
    private static void receive(final Endpoint endpoint, final ByteBuffer piece) {
        for (int calls = piece.remaining(); piece.hasRemaining(); calls--) {
            if (calls < 0) {
                throw new AssertionError("bytes are left, and nothing goes on");
            }
            endpoint.protocol.resumeReceiving();
            endpoint.protocol.receive(piece);
        }
    }

    private static void require(final Object expected, final Object actual, final String how) {
        if (!expected.equals(actual)) {
            throw new AssertionError(how + ": " + actual + " rather than " + expected);
        }
    }
}
