package io.godwit.bench.micro;

import static io.godwit.bench.micro.MaskedFrames.ROUNDS;

import io.godwit.core.frame.FrameParser;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.core.protocol.Role;
import io.godwit.core.protocol.WebSocketProtocol;
import io.godwit.reactor.loop.BufferPool;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs that bytes do not come as frames do: the same messages in chunks of a full read buffer, of one TCP segment,
 * and of very little, which cuts headers too; alone, and with a Ping behind each, which is answered. An operation is one
 * message, with its Ping where there is one. It has to allocate nothing: what was cut is kept in the loop's pooled memory.
 *
 * <p>Read a row as its ratio to that of 65,536-byte chunks: what is over 1 is the price of being cut. {@link MaskedFrames}
 * tells how the frames outlive being unmasked in place.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class ChunkedFrameBenchmark {

    private static final int MESSAGES = 64;
    private static final int KEPT_BYTES = 1 << 20;

    /** The payload's length in bytes. */
    @Param({"20", "1024", "65536"})
    private int payloadBytes;

    /** How many bytes come at a time. */
    @Param({"65536", "1448", "61"})
    private int chunkBytes;

    /** Whether a Ping stands between every two messages. */
    @Param({"false", "true"})
    private boolean pings;

    private final FrameCount frames = new FrameCount();
    private final MessageCount messages = new MessageCount();
    private final FrameParser parser = new FrameParser(frames, true, 0);
    private ByteBuffer stream;
    private int streamBytes;
    private Batch pongs;
    private WebSocketProtocol receiving;

    /** Makes the buffers, and the state machines under test. */
    @Setup
    public void setUp() {
        stream = MaskedFrames.of(MESSAGES, MaskedFrames.text(payloadBytes), pings);
        streamBytes = stream.limit();
        pongs = new Batch(streamBytes);
        receiving = WebSocketProtocol.builder(Role.SERVER, messages, pongs, new BufferPool(KEPT_BYTES, KEPT_BYTES))
                .limits(new ProtocolLimits(1 << 20, 1 << 20, 1))
                .build();
    }

    /**
     * Frames alone: headers judged, payload unmasked, in slices where it was cut.
     *
     * @return how many frames there were
     */
    @Benchmark
    @OperationsPerInvocation(MESSAGES * ROUNDS)
    public int parse() {
        for (int round = 0; round < ROUNDS; round++) {
            for (int from = 0; from < streamBytes; from += chunkBytes) {
                if (parser.parse(chunk(from)) != null) {
                    throw new IllegalStateException("the frames are valid");
                }
            }
        }
        return require(frames.frames(), pings ? 2 : 1);
    }

    /**
     * Messages as a server receives them: put together, limits, order and UTF-8 as well; Pings answered.
     *
     * @return how many messages and Pings there were
     */
    @Benchmark
    @OperationsPerInvocation(MESSAGES * ROUNDS)
    public int receive() {
        for (int round = 0; round < ROUNDS; round++) {
            for (int from = 0; from < streamBytes; from += chunkBytes) {
                pongs.clear();
                receiving.receive(chunk(from));
            }
        }
        return require(messages.messages() + messages.pings(), pings ? 2 : 1);
    }

    private ByteBuffer chunk(final int from) {
        return stream.limit(Math.min(from + chunkBytes, streamBytes)).position(from);
    }

    /** Since the last invocation, and all before it, went over whole frames. */
    private static int require(final int count, final int perMessage) {
        if (count % (MESSAGES * ROUNDS * perMessage) != 0) {
            throw new IllegalStateException(count + " frames: some were lost");
        }
        return count;
    }
}
