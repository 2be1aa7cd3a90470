package io.godwit.bench.micro;

import static io.godwit.bench.micro.MaskedFrames.ROUNDS;

import io.godwit.core.frame.FrameParser;
import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.Opcode;
import io.godwit.core.message.BufferSource;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.core.protocol.Role;
import io.godwit.core.protocol.WebSocketProtocol;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
 * What a message costs between socket and handler, and back: a buffer as a read would fill it, with many masked messages
 * glued together, parsed alone; parsed as a server does, UTF-8 and limits included; and echoed. An operation is one message,
 * and has to allocate nothing. The ratio to {@link #copy} of the same run tells.
 *
 * <p>{@link MaskedFrames} tells how the frames outlive being unmasked in place.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class FrameBenchmark {

    private static final int MESSAGES = 256;

    /** The payload's length in bytes. */
    @Param({"0", "20", "125", "1024", "65536"})
    private int payloadBytes;

    private final FrameCount frames = new FrameCount();
    private final MessageCount received = new MessageCount();
    private final MessageCount echoed = new MessageCount();
    private final FrameWriter writer = FrameWriter.server();
    private final FrameParser parser = new FrameParser(frames, true, 0);
    private ByteBuffer payload;
    private String text;
    private ByteBuffer stream;
    private Batch sent;
    private WebSocketProtocol receiving;
    private WebSocketProtocol echoing;

    /** Makes the buffers, and the state machines under test. */
    @Setup
    public void setUp() {
        payload = MaskedFrames.text(payloadBytes);
        text = StandardCharsets.US_ASCII.decode(payload.duplicate()).toString();
        stream = MaskedFrames.of(MESSAGES, payload, false);
        sent = new Batch(stream.capacity());
        receiving = protocol(received);
        echoing = protocol(echoed);
        echoed.echoBy(echoing);
    }

    private WebSocketProtocol protocol(final MessageCount listener) {
        return WebSocketProtocol.builder(Role.SERVER, listener, sent, new NoBuffers())
                .limits(new ProtocolLimits(1 << 20, 1 << 20, 1))
                .build();
    }

    /**
     * Frames alone: headers judged, payload unmasked.
     *
     * @return how many messages there were
     */
    @Benchmark
    @OperationsPerInvocation(MESSAGES * ROUNDS)
    public int parse() {
        for (int round = 0; round < ROUNDS; round++) {
            if (parser.parse(stream.position(0)) != null) {
                throw new IllegalStateException("the frames are valid");
            }
        }
        return frames.frames();
    }

    /**
     * Messages as a server receives them: limits, order and UTF-8 as well.
     *
     * @return how many messages there were
     */
    @Benchmark
    @OperationsPerInvocation(MESSAGES * ROUNDS)
    public int receive() {
        for (int round = 0; round < ROUNDS; round++) {
            receiving.receive(stream.position(0));
        }
        return received.messages();
    }

    /**
     * Messages received, and sent back into one batch.
     *
     * @return how many messages there were
     */
    @Benchmark
    @OperationsPerInvocation(MESSAGES * ROUNDS)
    public int echo() {
        for (int round = 0; round < ROUNDS; round++) {
            sent.clear();
            echoing.receive(stream.position(0));
        }
        return echoed.messages();
    }

    /**
     * Frames written, as a server writes them.
     *
     * @return the batch
     */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public ByteBuffer write() {
        final ByteBuffer batch = sent.clear();
        for (int i = 0; i < MESSAGES; i++) {
            writer.write(batch, FrameWriter.FIN | Opcode.BINARY.value(), payload);
        }
        return batch;
    }

    /**
     * Texts encoded and framed, as a server sends them.
     *
     * @return the batch
     */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public ByteBuffer sendText() {
        final ByteBuffer batch = sent.clear();
        for (int i = 0; i < MESSAGES; i++) {
            echoing.sendText(text);
        }
        return batch;
    }

    /**
     * The least that the echo has to do: each payload copied once.
     *
     * @return the batch
     */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public ByteBuffer copy() {
        final ByteBuffer batch = sent.clear();
        for (int i = 0; i < MESSAGES; i++) {
            batch.put(batch.position(), payload, 0, payloadBytes);
            batch.position(batch.position() + payloadBytes);
        }
        return batch;
    }

    /** Messages come whole: there is nothing to keep. */
    private static final class NoBuffers implements BufferSource {
        @Override
        public ByteBuffer acquire(final int bytesMin) {
            throw new IllegalStateException("no message is cut");
        }

        @Override
        public void release(final ByteBuffer buffer) {
            throw new IllegalStateException("nothing was lent");
        }
    }
}
