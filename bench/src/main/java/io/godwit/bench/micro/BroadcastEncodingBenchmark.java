package io.godwit.bench.micro;

import io.godwit.core.message.EncodedMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
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
 * What it costs to encode a message that many will share. An operation is one message, whatever the number of subscribers.
 * It allocates its frame on the heap, which {@code -prof gc} shows with the objects around it. The ratio to {@link #copy} of the
 * same run is the price of new memory, mostly.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class BroadcastEncodingBenchmark {

    /** The payload's length in bytes. */
    @Param({"20", "1024", "65536"})
    private int payloadBytes;

    private String text;
    private ByteBuffer payload;
    private ByteBuffer target;

    /** Makes the message. */
    @Setup
    public void setUp() {
        payload = MaskedFrames.text(payloadBytes);
        text = StandardCharsets.US_ASCII.decode(payload.duplicate()).toString();
        target = ByteBuffer.allocateDirect(payloadBytes);
    }

    /**
     * Text, from a string.
     *
     * @return the message
     */
    @Benchmark
    public EncodedMessage text() {
        return EncodedMessage.text(text);
    }

    /**
     * Bytes.
     *
     * @return the message
     */
    @Benchmark
    public EncodedMessage binary() {
        return EncodedMessage.binary(payload);
    }

    /**
     * What to compare with: as many bytes copied to memory that is there already.
     *
     * @return the copy
     */
    @Benchmark
    public ByteBuffer copy() {
        return target.put(0, payload, 0, payloadBytes);
    }
}
