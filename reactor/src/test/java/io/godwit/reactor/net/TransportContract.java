package io.godwit.reactor.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every transport keeps to; a test of one says how to make it. */
interface TransportContract {

    /** Opens both ends, connected to each other. */
    Ends connect() throws IOException;

    /** Two ends on a loop that is stepped by hand. */
    abstract class Ends implements AutoCloseable {
        private static final long WAIT_NS = 20_000_000_000L;

        final EventLoop loop;
        Transport here;
        Transport there;

        /** What this end was told it is ready for since it was asked last, and how often. */
        int readyOps;

        int calls;

        Ends() throws IOException {
            loop = new EventLoop("test", LoopOptions.forConnections(8), System::nanoTime);
        }

        void open(final Transport one, final Transport other) throws IOException {
            here = one;
            there = other;
            here.open(loop, ops -> {
                readyOps |= ops;
                calls++;
            });
            there.open(loop, ops -> {});
        }

        /** Cuts the other end off. */
        abstract void resetThere() throws IOException;

        int awaitReady() throws IOException {
            readyOps = 0;
            calls = 0;
            until(() -> readyOps != 0);
            return readyOps;
        }

        void until(final Condition condition) throws IOException {
            final long endNs = System.nanoTime() + WAIT_NS;
            while (!condition.holds()) {
                assertThat(System.nanoTime()).as("the end of the wait").isLessThan(endNs);
                loop.doWork();
            }
        }

        /** Writes all of it, however often that takes. */
        static void write(final Transport to, final String text) throws IOException {
            final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
        }

        String read(final Transport from, final int bytes) throws IOException {
            final ByteBuffer in = ByteBuffer.allocate(bytes);
            until(() -> {
                assertThat(from.read(in)).isNotNegative();
                return !in.hasRemaining();
            });
            return StandardCharsets.US_ASCII.decode(in.flip()).toString();
        }

        void awaitEnd(final Transport from) throws IOException {
            until(() -> from.read(ByteBuffer.allocate(1)) == -1);
        }

        void awaitFailure(final Transport transport) throws IOException {
            until(() -> {
                try {
                    transport.write(ByteBuffer.allocate(1));
                    transport.read(ByteBuffer.allocate(1));
                    return false;
                } catch (final IOException e) {
                    return true;
                }
            });
        }

        @Override
        public void close() {
            here.close();
            there.close();
            loop.onClose();
        }
    }

    /** Holds sooner or later. */
    interface Condition {
        boolean holds() throws IOException;
    }

    @Test
    default void shouldCarryBytesInOrderWhateverThePieces() throws IOException {
        final long seed = Long.getLong("godwit.seed", System.nanoTime());
        final Random random = new Random(seed);
        final byte[] sent = new byte[300_000];
        random.nextBytes(sent);
        final ByteBuffer out = ByteBuffer.wrap(sent);
        final ByteArrayOutputStream received = new ByteArrayOutputStream();
        try (Ends ends = connect()) {
            ends.until(() -> {
                out.limit(Math.min(sent.length, out.position() + random.nextInt(9_000)));
                ends.here.write(out);
                final ByteBuffer in = ByteBuffer.allocateDirect(1 + random.nextInt(9_000));
                ends.there.read(in);
                while (in.position() > 0 && in.flip().hasRemaining()) {
                    received.write(in.get());
                    in.compact();
                }
                return received.size() == sent.length;
            });
        }
        assertThat(received.toByteArray()).as("seed " + seed).isEqualTo(sent);
    }

    @Test
    default void shouldSayWhatItIsReadyForAsLongAsItIs() throws IOException {
        try (Ends ends = connect()) {
            ends.here.interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            assertThat(ends.awaitReady()).isEqualTo(SelectionKey.OP_WRITE);

            ends.here.interest(SelectionKey.OP_READ);
            Ends.write(ends.there, "some");
            assertThat(ends.awaitReady()).isEqualTo(SelectionKey.OP_READ);
            ends.until(() -> ends.calls >= 3);
            assertThat(ends.readyOps).isEqualTo(SelectionKey.OP_READ);
            assertThat(ends.read(ends.here, 4)).isEqualTo("some");
            ends.calls = 0;
            for (int i = 0; i < 10; i++) {
                ends.loop.doWork();
            }
            assertThat(ends.calls).as("calls where there is nothing").isZero();
        }
    }

    @Test
    default void shouldSayNothingThatItWasNotAskedFor() throws IOException {
        try (Ends ends = connect()) {
            ends.here.interest(SelectionKey.OP_READ);
            ends.here.interest(0);
            Ends.write(ends.there, "some");
            // By the time that bytes arrived here, those over there have long.
            Ends.write(ends.here, "more");
            assertThat(ends.read(ends.there, 4)).isEqualTo("more");
            assertThat(ends.calls).isZero();
            ends.here.interest(SelectionKey.OP_READ);
            assertThat(ends.awaitReady()).isEqualTo(SelectionKey.OP_READ);
        }
    }

    @Test
    default void shouldHoldABoundedNumberOfBytesAndGoOnOnceTheyAreRead() throws IOException {
        final ByteBuffer piece = ByteBuffer.allocate(10_000);
        try (Ends ends = connect()) {
            long sent = 0;
            // A socket hands bytes on to the other one meanwhile: it is full where it takes nothing twice in a row.
            for (int refused = 0; refused < 2; ) {
                final int taken = ends.here.write(piece.clear());
                refused = taken == 0 ? refused + 1 : 0;
                sent += taken;
                assertThat(sent).as("bytes taken and not read").isLessThan(64 << 20);
                ends.loop.doWork();
            }
            final long waiting = sent;
            final long[] read = new long[1];
            final ByteBuffer in = ByteBuffer.allocateDirect(100_000);
            ends.until(() -> {
                read[0] += ends.there.read(in.clear());
                return read[0] >= waiting;
            });
            ends.here.interest(SelectionKey.OP_WRITE);
            assertThat(ends.awaitReady()).isEqualTo(SelectionKey.OP_WRITE);
            assertThat(ends.here.write(ByteBuffer.allocate(1))).isOne();
        }
    }

    @Test
    default void shouldEndEachDirectionForItself() throws IOException {
        try (Ends ends = connect()) {
            Ends.write(ends.there, "last words");
            ends.there.shutdownOutput();
            ends.here.interest(SelectionKey.OP_READ);
            assertThat(ends.awaitReady()).isEqualTo(SelectionKey.OP_READ);
            assertThat(ends.read(ends.here, 10)).isEqualTo("last words");
            ends.awaitEnd(ends.here);
            assertThat(ends.here.read(ByteBuffer.allocate(1))).isEqualTo(-1);

            Ends.write(ends.here, "answer");
            assertThat(ends.read(ends.there, 6)).isEqualTo("answer");
            assertThatThrownBy(() -> ends.there.write(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
        }
    }

    @Test
    default void shouldDeliverWhatWasWrittenBeforeTheClose() throws IOException {
        try (Ends ends = connect()) {
            Ends.write(ends.there, "goodbye");
            ends.there.close();
            assertThat(ends.read(ends.here, 7)).isEqualTo("goodbye");
            ends.awaitEnd(ends.here);
            ends.awaitFailure(ends.here);
        }
    }

    @Test
    default void shouldFailWhereTheOtherEndIsCutOff() throws IOException {
        try (Ends ends = connect()) {
            ends.here.interest(SelectionKey.OP_READ);
            ends.resetThere();
            assertThat(ends.awaitReady() & SelectionKey.OP_READ).isNotZero();
            ends.awaitFailure(ends.here);
        }
    }

    @Test
    default void shouldTellThatWhatItSentWasLost() throws IOException {
        try (Ends ends = connect()) {
            Ends.write(ends.here, "unread");
            ends.there.interest(SelectionKey.OP_READ);
            // Half of it read: the rest has arrived.
            assertThat(ends.read(ends.there, 3)).isEqualTo("unr");
            ends.there.close();
            ends.awaitFailure(ends.here);
        }
    }

    @Test
    default void shouldBeDeafAfterItsClose() throws IOException {
        try (Ends ends = connect()) {
            ends.here.interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            Ends.write(ends.there, "unheard");
            ends.here.close();
            ends.here.close();
            ends.here.interest(SelectionKey.OP_READ);
            ends.awaitFailure(ends.there);
            assertThat(ends.calls).isZero();
            assertThatThrownBy(() -> ends.here.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> ends.here.write(ByteBuffer.allocate(1)))
                    .isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    default void shouldNotJoinALoopOnceItIsClosed() throws IOException {
        try (Ends ends = connect()) {
            ends.there.close();
            assertThatThrownBy(() -> ends.there.open(ends.loop, ops -> {})).isInstanceOf(ClosedChannelException.class);
        }
    }
}
