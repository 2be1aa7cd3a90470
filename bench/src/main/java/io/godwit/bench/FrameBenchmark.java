package io.godwit.bench;

import io.godwit.core.frame.FrameParser;
import io.godwit.core.frame.FrameSink;
import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.MaskingKeys;
import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.message.BufferSource;
import io.godwit.core.protocol.FrameOutput;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.core.protocol.ProtocolListener;
import io.godwit.core.protocol.Role;
import io.godwit.core.protocol.WebSocketProtocol;
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
 * What a message costs between socket and handler, and back: a buffer as a read would fill it, with many masked messages
 * glued together, parsed alone; parsed as a server does, UTF-8 and limits included; and echoed. An operation is one message.
 *
 * <p>A frame is unmasked in place, so that it is another one the next time. The key flips the lowest bit of each byte: what
 * was ASCII text remains so, and what was parsed twice is what it was.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FrameBenchmark {

    private static final int MESSAGES = 256;
    private static final int ROUNDS = 2;

    private static final int KEY = 0x01_01_01_01;

    /** The payload's length in bytes. */
    @Param({"0", "20", "125", "1024", "65536"})
    private int payloadBytes;

    private ByteBuffer received;
    private ByteBuffer sent;
    private ByteBuffer payload;
    private FrameParser parser;
    private FrameWriter writer;
    private WebSocketProtocol counting;
    private WebSocketProtocol echoing;
    private int messages;

    /** Makes the buffers, and the state machines under test. */
    @Setup
    public void setUp() {
        payload = ByteBuffer.allocateDirect(payloadBytes);
        for (int i = 0; i < payloadBytes; i++) {
            payload.put(i, (byte) ('b' + 2 * (i % 12)));
        }
        final int bytes = MESSAGES * (payloadBytes + FrameWriter.HEADER_BYTES_MAX);
        received = ByteBuffer.allocateDirect(bytes);
        sent = ByteBuffer.allocateDirect(bytes);
        final FrameWriter client = FrameWriter.client(new ConstantKey());
        for (int i = 0; i < MESSAGES; i++) {
            client.write(received, FrameWriter.FIN | Opcode.TEXT.value(), payload);
        }
        received.flip();
        writer = FrameWriter.server();
        parser = new FrameParser(new Count(), true, 0);
        counting = protocol(new Listener(false));
        final Listener echo = new Listener(true);
        echoing = protocol(echo);
        echo.protocol = echoing;
    }

    private WebSocketProtocol protocol(final Listener listener) {
        return WebSocketProtocol.builder(Role.SERVER, listener, new Output(), new NoBuffers())
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
            if (parser.parse(received.position(0)) != null) {
                throw new IllegalStateException("the frames are valid");
            }
        }
        return messages;
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
            counting.receive(received.position(0));
        }
        return requireOpen(counting);
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
            echoing.receive(received.position(0));
        }
        return requireOpen(echoing);
    }

    /**
     * Frames written, as a server writes them.
     *
     * @return the batch
     */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public ByteBuffer write() {
        sent.clear();
        for (int i = 0; i < MESSAGES; i++) {
            writer.write(sent, FrameWriter.FIN | Opcode.BINARY.value(), payload);
        }
        return sent;
    }

    /**
     * The least that the echo has to do: each payload copied once.
     *
     * @return the batch
     */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public ByteBuffer copy() {
        sent.clear();
        for (int i = 0; i < MESSAGES; i++) {
            sent.put(sent.position(), payload, 0, payloadBytes);
            sent.position(sent.position() + payloadBytes);
        }
        return sent;
    }

    private int requireOpen(final WebSocketProtocol protocol) {
        if (protocol.inputFinished()) {
            throw new IllegalStateException("the messages are valid");
        }
        return messages;
    }

    private static final class ConstantKey implements MaskingKeys {
        @Override
        public int next() {
            return KEY;
        }
    }

    /** Counts frames. */
    private final class Count implements FrameSink {
        @Override
        public ProtocolViolation judgeFirstByte(final int firstByte) {
            return null;
        }

        @Override
        public ProtocolViolation onHeader(final int firstByte, final long bytes) {
            return null;
        }

        @Override
        public ProtocolViolation onPayload(final ByteBuffer slice, final boolean frameEnds, final boolean ascii) {
            messages++;
            return null;
        }
    }

    /** Counts messages, and sends them back if told to. */
    private final class Listener implements ProtocolListener {
        private final boolean echo;
        private WebSocketProtocol protocol;

        Listener(final boolean echo) {
            this.echo = echo;
        }

        @Override
        public void onMessage(final Opcode kind, final ByteBuffer message) {
            messages++;
            if (echo) {
                protocol.send(kind, message);
            }
        }

        @Override
        public void onFragment(final Opcode kind, final ByteBuffer fragment, final boolean last) {
            throw new IllegalStateException("messages are delivered whole");
        }

        @Override
        public void onPing(final ByteBuffer bytes) {
            throw new IllegalStateException("there is no Ping");
        }

        @Override
        public void onPong(final ByteBuffer bytes) {
            throw new IllegalStateException("there is no Pong");
        }

        @Override
        public void onClose(final int code, final String reason) {
            throw new IllegalStateException("there is no Close");
        }

        @Override
        public void onViolation(final ProtocolViolation violation) {
            throw new IllegalStateException("the messages are valid, not " + violation);
        }
    }

    /** Writes into the batch. */
    private final class Output implements FrameOutput {
        @Override
        public ByteBuffer reserve(final Opcode opcode, final int bytes) {
            return sent;
        }

        @Override
        public void commit(final ByteBuffer buffer) {
            // It stays in the batch.
        }

        @Override
        public boolean share(final ByteBuffer frames) {
            return false;
        }
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
