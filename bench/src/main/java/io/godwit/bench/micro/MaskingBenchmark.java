package io.godwit.bench.micro;

import io.godwit.core.frame.Masker;
import java.nio.ByteBuffer;
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
 * What masking a payload costs, or unmasking it, which is the same, beside a copy of as many bytes. An operation is one
 * payload, masked in place: each invocation undoes the one before, and what the bytes are makes no difference to the time.
 * It allocates nothing. The ratio to {@link #copy} of the same run tells; under 1 is possible, since a copy touches twice
 * the memory.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class MaskingBenchmark {

    private static final int ALIGNMENT_BYTES = 64;

    /** The payload's length in bytes. */
    @Param({"0", "20", "1024", "65536"})
    private int payloadBytes;

    /** Where the payload begins, in bytes behind a cache line's beginning: headers are 6, 8 or 14 bytes long. */
    @Param({"0", "3"})
    private int offset;

    /** Not final: a server does not know its keys beforehand either. */
    private int key = 0x37_FA_21_3D;

    private ByteBuffer direct;
    private ByteBuffer target;
    private ByteBuffer heap;

    /** Makes the buffers. */
    @Setup
    public void setUp() {
        direct = aligned();
        target = aligned();
        heap = ByteBuffer.allocate(payloadBytes + ALIGNMENT_BYTES);
        for (int i = 0; i < payloadBytes; i++) {
            direct.put(offset + i, (byte) i);
            heap.put(offset + i, (byte) i);
        }
    }

    private ByteBuffer aligned() {
        return ByteBuffer.allocateDirect(payloadBytes + 2 * ALIGNMENT_BYTES).alignedSlice(ALIGNMENT_BYTES);
    }

    /**
     * In direct memory, as what a socket was read into.
     *
     * @return all bytes, ORed together
     */
    @Benchmark
    public long mask() {
        return Masker.mask(direct, offset, offset + payloadBytes, key);
    }

    /**
     * In an array.
     *
     * @return all bytes, ORed together
     */
    @Benchmark
    public long maskHeap() {
        return Masker.mask(heap, offset, offset + payloadBytes, key);
    }

    /**
     * What to compare with: as many bytes copied from one direct buffer to another.
     *
     * @return the copy
     */
    @Benchmark
    public ByteBuffer copy() {
        return target.put(offset, direct, offset, payloadBytes);
    }
}
