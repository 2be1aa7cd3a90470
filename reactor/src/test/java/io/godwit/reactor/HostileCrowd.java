package io.godwit.reactor;

import static io.godwit.reactor.HostileSort.EAGER;
import static io.godwit.reactor.HostileSort.STORM_MS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Thousands of hostile connections at once, on one thread. Half of them are of each {@link HostileSort} as many; the others are
 * all of one sort, and of the next after a while, since much of one thing finds other faults than a little of each. Who has
 * ended is followed by another. All are gone when it is closed.
 */
final class HostileCrowd implements AutoCloseable {
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int SELECT_MS = 5;
    private static final int CONNECTING_MAX = 500;
    private static final int RECEIVE_BYTES = 16_384;
    private static final long LIFE_MS_MIN = 5_000;
    private static final int LIFE_MS_MORE = 20_000;
    private static final long WAVE_MS = 15_000;
    private static final long JOIN_MS = 60_000;

    /** Each address has a range of ports of its own, which those that have ended occupy for a minute. */
    private static final int ADDRESSES = 32;

    private final InetSocketAddress server;
    private final Random random;
    private final Selector selector = Selector.open();
    private final List<Peer> peers = new ArrayList<>();
    private final ByteBuffer received = ByteBuffer.allocateDirect(65_536);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::run, "hostile crowd");
    private int connecting;
    private volatile int connected;
    private volatile int connectedMost;
    private volatile long ended;
    private volatile boolean stopped;

    /** Begins to connect them. */
    HostileCrowd(final int port, final int count, final Random random) throws IOException {
        server = new InetSocketAddress("127.0.0.1", port);
        this.random = random;
        for (int i = 0; i < count; i++) {
            peers.add(new Peer(i));
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** {@return how many were connected at one time, at most} */
    int connectedMost() {
        return connectedMost;
    }

    /** {@return how many have come to their end, in whatever way} */
    long ended() {
        return ended;
    }

    /** {@return what went wrong with the crowd itself, or null} */
    Throwable failure() {
        return failure.get();
    }

    private void run() {
        try {
            long lookNs = System.nanoTime();
            while (!stopped) {
                selector.select(this::onReady, SELECT_MS);
                if (System.nanoTime() - lookNs >= 0) {
                    lookNs = System.nanoTime() + LOOK_NS;
                    lookAtAll();
                }
            }
        } catch (final Throwable t) {
            failure.set(t);
        } finally {
            peers.forEach(Peer::end);
        }
    }

    private void onReady(final SelectionKey key) {
        ((Peer) key.attachment()).onReady();
    }

    private void lookAtAll() throws IOException {
        final long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        for (final Peer peer : peers) {
            if (peer.channel == null) {
                if (connecting < CONNECTING_MAX) {
                    peer.begin(nowMs);
                }
            } else {
                peer.look(nowMs);
            }
        }
    }

    /** One place in the crowd, and the connection that has it. */
    private final class Peer {
        private final int number;
        private HostileSort sort;
        private SocketChannel channel;
        private SelectionKey key;
        private ByteBuffer out;
        private long turnMs;
        private long endMs;

        Peer(final int number) {
            this.number = number;
        }

        void begin(final long nowMs) throws IOException {
            final long turn = number % 2 == 0 ? number / 2 : nowMs / WAVE_MS;
            sort = HostileSort.ALL.get((int) (turn % HostileSort.ALL.size()));
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            if (sort.readBytes() != EAGER) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
            }
            channel.bind(new InetSocketAddress("127.0.0." + (2 + random.nextInt(ADDRESSES)), 0));
            out = ByteBuffer.wrap(sort.beginning(random));
            endMs = nowMs + LIFE_MS_MIN + random.nextInt(LIFE_MS_MORE);
            turnMs = turnAfter(nowMs);
            connecting++;
            key = channel.register(selector, SelectionKey.OP_CONNECT, this);
            try {
                channel.connect(server);
            } catch (final IOException refused) {
                end();
            }
        }

        /** Not all at the same time, unless that is what they are for. */
        private long turnAfter(final long nowMs) {
            return sort.intervalMs() == STORM_MS
                    ? (nowMs / STORM_MS + 1) * STORM_MS
                    : nowMs + sort.intervalMs() / 2 + random.nextInt(sort.intervalMs());
        }

        void onReady() {
            try {
                if (key.isConnectable()) {
                    channel.finishConnect();
                    connecting--;
                    connected++;
                    connectedMost = Math.max(connectedMost, connected);
                    write();
                } else if (key.isReadable() && read(received.capacity())) {
                    end();
                } else if (key.isWritable()) {
                    write();
                }
            } catch (final IOException gone) {
                end();
            }
        }

        /** What is due now. */
        void look(final long nowMs) {
            if (!channel.isConnected()) {
                return;
            }
            try {
                if (nowMs >= endMs) {
                    leave();
                } else if (nowMs >= turnMs) {
                    turnMs = turnAfter(nowMs);
                    turn();
                }
            } catch (final IOException gone) {
                end();
            }
        }

        private void turn() throws IOException {
            if (sort.readBytes() > 0 && sort.readBytes() != EAGER && read(sort.readBytes())) {
                end();
                return;
            }
            if (out.hasRemaining()) {
                return;
            }
            final byte[] next = sort.next().apply(random);
            if (next == null) {
                leave();
                return;
            }
            out = ByteBuffer.wrap(next);
            write();
        }

        private void write() throws IOException {
            channel.write(out);
            key.interestOps((sort.readBytes() == EAGER ? SelectionKey.OP_READ : 0)
                    | (out.hasRemaining() ? SelectionKey.OP_WRITE : 0));
        }

        /** {@return whether that was the end} */
        private boolean read(final int bytesMax) throws IOException {
            return channel.read(received.clear().limit(bytesMax)) < 0;
        }

        private void leave() throws IOException {
            if (random.nextBoolean()) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            end();
        }

        void end() {
            if (channel == null) {
                return;
            }
            if (channel.isConnected()) {
                connected--;
            } else {
                connecting--;
            }
            try {
                channel.close();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
            channel = null;
            ended++;
        }
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        try {
            thread.join(JOIN_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        selector.close();
    }
}
