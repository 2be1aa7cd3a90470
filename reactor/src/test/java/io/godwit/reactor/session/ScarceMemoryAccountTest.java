package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.Limits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.loop.MemoryBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Messages and fragments, from the loop and from other threads, while the loop's memory runs out and comes back, its reserve too:
 * each message that was taken comes as it was sent, or is told; and what comes is frames that RFC 6455 allows.
 */
class ScarceMemoryAccountTest {

    private static final int ROUNDS = 200;
    private static final int STEPS_MAX = 90;
    private static final int LONG_BYTES_MAX = 3_000;
    private static final int SHORT_BYTES_MAX = 300;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    /** Of each message that was taken, by the number that it begins with, how long it is. */
    private final Map<Integer, Integer> taken = new HashMap<>();

    private final ByteArrayOutputStream left = new ByteArrayOutputStream();
    private Stepped stepped;
    private Stepped.Peer peer;
    private MessageWriter writer;
    private int writtenBytes;
    private int number;
    private int writersNumber;
    private long usedUp;

    @ParameterizedTest
    @EnumSource(
            value = SlowConsumerPolicy.class,
            names = {"DROP_NEWEST", "DROP_OLDEST", "KEEP_LATEST"})
    void shouldSendEachMessageWholeOrTellOfIt(final SlowConsumerPolicy policy) throws IOException {
        long whole = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (Stepped each = new Stepped(Timeouts.DEFAULT, 1 << 20)) {
                stepped = each;
                open(policy);
                for (int steps = random.nextInt(STEPS_MAX); steps > 0 && peer.how == null; steps--) {
                    step();
                }
                end();
                final String what = policy + ", round " + round + ", seed " + seed;
                final int messages = wholeMessages(what);
                assertThat(messages + peer.how.unsentMessages() + peer.droppedMessages)
                        .as(what)
                        .isEqualTo(taken.size());
                assertThat(stepped.loop.memory().usedBytes()).as(what).isZero();
                whole += messages;
            }
        }
        assertThat(whole).isPositive();
    }

    private void open(final SlowConsumerPolicy policy) throws IOException {
        final EndpointLimits limits =
                Limits.of(new ProtocolLimits(1_000, 1_000, 1), 2_000, 9_000, random.nextBoolean() ? 0 : 100);
        peer = stepped.open(
                limits.withOutbound(limits.outbound().withPolicy(policy)),
                1 + random.nextInt(LONG_BYTES_MAX),
                (ws, message) -> {});
        taken.clear();
        left.reset();
        writer = null;
        usedUp = 0;
    }

    private void step() throws IOException {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> here(this::send);
            case 3, 4 -> here(this::write);
            case 5 -> here(() -> peer.ws.ping(ByteBuffer.allocate(5)));
            case 6 -> useMemoryUpOrGiveItBack();
            default -> {
                read(random.nextInt(2_000));
                stepped.settle();
            }
        }
    }

    /** On the loop, or on another thread. */
    private void here(final Runnable sending) {
        if (random.nextBoolean()) {
            sending.run();
        } else {
            Stepped.elsewhere(sending);
        }
    }

    private ByteBuffer numbered(final int which) {
        final int bytes = random.nextInt(random.nextInt(4) == 0 ? LONG_BYTES_MAX : SHORT_BYTES_MAX);
        return ByteBuffer.allocate(Integer.BYTES + bytes).putInt(0, which);
    }

    private void send() {
        final ByteBuffer message = numbered(++number);
        if (peer.ws.send(message).isTaken()) {
            taken.put(number, message.remaining());
        }
    }

    private void write() {
        if (writer == null) {
            writer = peer.ws.startMessage(Opcode.BINARY);
            writersNumber = ++number;
            writtenBytes = 0;
        }
        final boolean last = writtenBytes > 0 && random.nextInt(3) == 0;
        final ByteBuffer fragment = numbered(writersNumber);
        final SendResult result = last ? writer.finish() : writer.append(fragment);
        if (result.isTaken() && last) {
            taken.put(writersNumber, writtenBytes);
        } else if (result.isTaken()) {
            writtenBytes += fragment.remaining();
        }
        if (last && result.isTaken() || result == SendResult.CLOSED) {
            writer = null;
        }
    }

    private void useMemoryUpOrGiveItBack() {
        final MemoryBudget memory = stepped.loop.memory();
        if (usedUp > 0) {
            memory.give(usedUp);
            usedUp = 0;
        } else {
            usedUp = memory.freeBytes() + (random.nextBoolean() ? 0 : MemoryBudget.reserveOf(memory.bytesMax()));
            memory.takeAnyway(usedUp);
        }
    }

    private void read(final int bytesMax) throws IOException {
        final ByteBuffer in = peer.read(bytesMax);
        left.write(in.array(), 0, in.limit());
    }

    private void end() throws IOException {
        stepped.loop.memory().give(usedUp);
        if (peer.how == null && random.nextBoolean()) {
            peer.ws.abort();
        }
        stepped.settle();
        while (peer.readableBytes() > 0) {
            read(peer.readableBytes());
            stepped.settle();
        }
        if (peer.how == null) {
            peer.reset();
            stepped.settle();
        }
    }

    /** {@return how many messages have come, each of them as long as it was when it was taken} */
    private int wholeMessages(final String what) {
        final ByteBuffer in = ByteBuffer.wrap(left.toByteArray());
        int messages = 0;
        int which = 0;
        int bytes = 0;
        boolean inMessage = false;
        while (in.remaining() >= 2) {
            final int first = in.get() & 0xff;
            final int second = in.get();
            if (second == 126 && in.remaining() < Short.BYTES) {
                break;
            }
            final int length = second == 126 ? in.getShort() & 0xffff : second;
            if (in.remaining() < length) {
                break;
            }
            final int opcode = first & 0xf;
            if (opcode < 8) {
                assertThat(opcode == 0).as("a continuation, %s", what).isEqualTo(inMessage);
                which = opcode == 0 ? which : in.getInt(in.position());
                bytes = length + (opcode == 0 ? bytes : 0);
                inMessage = (first & 0x80) == 0;
                if (!inMessage) {
                    assertThat(taken).as(what).containsEntry(which, bytes);
                    messages++;
                }
            }
            in.position(in.position() + length);
        }
        return messages;
    }
}
