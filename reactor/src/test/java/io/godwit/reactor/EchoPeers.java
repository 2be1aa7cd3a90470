package io.godwit.reactor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Many well-behaved clients of an echo, driven by one thread: each sends a few messages at a time, whole or in fragments,
 * and looks at what comes back, byte for byte and in order; Pings it answers.
 */
final class EchoPeers implements AutoCloseable {

    private static final int MESSAGE_BYTES_MAX = 60_000;
    private static final int TOGETHER_MAX = 8;
    private static final int FRAGMENTS_MAX = 4;
    private static final int SELECT_MS = 2;

    /** How many begin to send in one turn: enough to keep the server busy, few enough to leave room for others. */
    private static final int BEGINNERS = 10;

    private static final long END_NS = TimeUnit.SECONDS.toNanos(60);

    /** What has to come back. */
    private record Sent(int opcode, byte[] payload) {}

    /** One client. */
    private static final class Peer {
        private final int number;
        private final FrameStream stream;
        private final SelectionKey key;
        private final ArrayDeque<Sent> awaited = new ArrayDeque<>();
        private ByteBuffer out = ByteBuffer.allocate(0);
        private long echoes;
        private boolean closed;

        Peer(final int number, final FrameStream stream, final Selector selector) throws IOException {
            this.number = number;
            this.stream = stream;
            key = stream.channel().register(selector, SelectionKey.OP_READ, this);
        }

        boolean isIdle() {
            return awaited.isEmpty() && !out.hasRemaining();
        }

        /** What is still to leave goes first. */
        void send(final byte[] bytes) throws IOException {
            out = ByteBuffer.allocate(out.remaining() + bytes.length)
                    .put(out)
                    .put(bytes)
                    .flip();
            write();
        }

        void write() throws IOException {
            stream.channel().write(out);
            key.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }

        void sendMessages(final Random random) throws IOException {
            final List<byte[]> frames = new ArrayList<>();
            for (int i = random.nextInt(TOGETHER_MAX); i >= 0; i--) {
                final Sent message = message(random);
                awaited.add(message);
                addFrames(message, random, frames);
            }
            send(RawPeer.concat(frames.toArray(byte[][]::new)));
        }

        private static Sent message(final Random random) {
            // Mostly small, and now and then as long as it may be.
            final int bytes = random.nextInt(20) == 0 ? random.nextInt(MESSAGE_BYTES_MAX) : random.nextInt(300);
            final byte[] payload = new byte[bytes];
            if (random.nextBoolean()) {
                random.nextBytes(payload);
                return new Sent(2, payload);
            }
            Arrays.fill(payload, (byte) ('a' + random.nextInt(26)));
            return new Sent(1, payload);
        }

        private static void addFrames(final Sent message, final Random random, final List<byte[]> frames) {
            final int count = random.nextInt(3) > 0 ? 1 : 1 + random.nextInt(FRAGMENTS_MAX);
            final int length = message.payload.length / count;
            for (int i = 0; i < count; i++) {
                final boolean last = i == count - 1;
                final byte[] part = Arrays.copyOfRange(
                        message.payload, i * length, last ? message.payload.length : (i + 1) * length);
                frames.add(RawPeer.frame((last ? 0x80 : 0) | (i == 0 ? message.opcode : 0), part));
                if (random.nextInt(50) == 0) {
                    frames.add(RawPeer.frame(0x89, (byte) i));
                }
            }
        }

        void read() throws IOException {
            final int bytes = stream.read();
            for (RawPeer.Frame frame = stream.next(); frame != null; frame = stream.next()) {
                take(frame);
            }
            if (bytes == FrameStream.END) {
                if (!closed) {
                    throw new IOException(this + " was ended, and " + awaited.size() + " echoes are still to come");
                }
                stream.close();
            }
        }

        private void take(final RawPeer.Frame frame) throws IOException {
            switch (frame.opcode()) {
                case 0x8 -> {
                    if (!closed) {
                        throw new IOException(this + " was closed with " + frame.closeCode() + ": " + frame.text());
                    }
                }
                case 0x9 -> send(RawPeer.frame(0x8A, frame.payload()));
                case 0xA -> {
                    // The answer to a Ping of ours: of several at once, one may suffice.
                }
                default -> {
                    final Sent expected = awaited.poll();
                    if (expected == null
                            || frame.firstByte() != (0x80 | expected.opcode)
                            || !Arrays.equals(frame.payload(), expected.payload)) {
                        throw new IOException(this + " got a wrong echo of " + frame.payload().length
                                + " bytes after " + echoes + " right ones; expected "
                                + (expected == null ? "none" : expected.payload.length + " bytes"));
                    }
                    echoes++;
                }
            }
        }

        @Override
        public String toString() {
            return "well-behaved client " + number;
        }
    }

    private final Selector selector = Selector.open();
    private final List<Peer> peers = new ArrayList<>();
    private final Random random;

    /**
     * Connects them.
     *
     * @param paths of echoes, each of which gets its share
     */
    EchoPeers(final int port, final List<String> paths, final int count, final Random random) throws IOException {
        this.random = random;
        for (int i = 0; i < count; i++) {
            peers.add(new Peer(i, FrameStream.open(port, paths.get(i % paths.size()), MESSAGE_BYTES_MAX), selector));
            // Those that are open already have Pings to answer, however long it takes until all are.
            select(1);
        }
    }

    /** One turn of all: some begin to send, and what has come is looked at. */
    void turn() throws IOException {
        for (int i = 0; i < BEGINNERS; i++) {
            final Peer peer = peers.get(random.nextInt(peers.size()));
            if (peer.isIdle()) {
                peer.sendMessages(random);
            }
        }
        select(SELECT_MS);
    }

    private void select(final long waitMs) throws IOException {
        final List<IOException> failures = new ArrayList<>();
        selector.select(
                key -> {
                    try {
                        serve(key);
                    } catch (final IOException e) {
                        failures.add(e);
                    }
                },
                waitMs);
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    private static void serve(final SelectionKey key) throws IOException {
        final Peer peer = (Peer) key.attachment();
        if (key.isWritable()) {
            peer.write();
        }
        if (key.isReadable()) {
            peer.read();
        }
    }

    /** Waits until all that was sent has come back, then for the closing handshake of each. */
    void finish() throws IOException {
        final long endNs = System.nanoTime() + END_NS;
        while (!peers.stream().allMatch(Peer::isIdle)) {
            select(SELECT_MS);
            require(
                    endNs,
                    "an echo is missing: "
                            + peers.stream().filter(peer -> !peer.isIdle()).toList());
        }
        for (final Peer peer : peers) {
            peer.closed = true;
            peer.send(RawPeer.closeFrame(1000));
        }
        while (peers.stream().anyMatch(peer -> peer.stream.channel().isOpen())) {
            select(SELECT_MS);
            require(endNs, "a closing handshake did not come to its end");
        }
    }

    private static void require(final long endNs, final String otherwise) throws IOException {
        if (System.nanoTime() > endNs) {
            throw new IOException(otherwise);
        }
    }

    /** {@return how many right echoes the client got that got the fewest} */
    long echoesMin() {
        return peers.stream().mapToLong(peer -> peer.echoes).min().orElse(0);
    }

    /** {@return how many right echoes all got} */
    long echoes() {
        return peers.stream().mapToLong(peer -> peer.echoes).sum();
    }

    @Override
    public void close() throws IOException {
        for (final Peer peer : peers) {
            peer.stream.close();
        }
        selector.close();
    }
}
