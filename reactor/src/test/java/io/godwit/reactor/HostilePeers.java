package io.godwit.reactor;

import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * What has brought other servers down, played once by a peer of its own, with a look at what it gets. Each play ends with
 * its connections closed; its name says what it does.
 */
enum HostilePeers {
    /** An unknown opcode, and a length that nobody could hold. */
    HUGE_LENGTH_WITH_UNKNOWN_OPCODE {
        @Override
        void play(final Target target, final Random random) throws IOException {
            expectClose(target, HexFormat.of().parseHex("83FF7FFFFFFFFFFFFFFF"), 1002);
        }
    },
    /** A length whose top bit is set. */
    NEGATIVE_LENGTH {
        @Override
        void play(final Target target, final Random random) throws IOException {
            expectClose(target, HexFormat.of().parseHex("82FF8000000000000000"), 1002);
        }
    },
    /** More fragments than a message may have. */
    TINY_FRAGMENTS {
        @Override
        void play(final Target target, final Random random) throws IOException {
            final byte[][] frames = new byte[3_000][];
            Arrays.fill(frames, RawPeer.frame(0x00, new byte[random.nextInt(2)]));
            frames[0] = RawPeer.frame(0x01);
            expectClose(target, RawPeer.concat(frames), 1009);
        }
    },
    /** Text that is not UTF-8, at a place that changes. */
    BAD_TEXT {
        @Override
        void play(final Target target, final Random random) throws IOException {
            final byte[] text = new byte[1 + random.nextInt(10_000)];
            Arrays.fill(text, (byte) 'a');
            text[random.nextInt(text.length)] = (byte) 0xFF;
            expectClose(target, RawPeer.frame(0x81, text), 1007);
        }
    },
    /** More header fields than a head may have. */
    MANY_HEADERS {
        @Override
        void play(final Target target, final Random random) throws IOException {
            expectAnswer(target, "GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(2_000), 431);
        }
    },
    /** A line that does not end. */
    LONG_LINE {
        @Override
        void play(final Target target, final Random random) throws IOException {
            expectAnswer(target, "GET /" + "a".repeat(100_000), 414);
        }
    },
    /** A list on which a careless parser spends the square of its length. */
    QUADRATIC_LIST {
        @Override
        void play(final Target target, final Random random) throws IOException {
            final String name = random.nextBoolean() ? "Sec-WebSocket-Protocol: " : "Sec-WebSocket-Extensions: ";
            expectAnswer(target, RawPeer.upgrade(target.path, name + "a;b=\"\\\",".repeat(1_500)), 400);
        }
    },
    /** Pings without end, and nobody who reads the Pongs; it vanishes, or reads them after all. */
    PINGS_AND_READS_LATE {
        @Override
        void play(final Target target, final Random random) throws IOException {
            try (RawPeer peer = slowReader(target)) {
                final byte[][] pings = new byte[2_000][];
                Arrays.fill(pings, RawPeer.frame(0x89, new byte[125]));
                peer.send(RawPeer.concat(pings));
                if (random.nextBoolean()) {
                    peer.reset();
                } else {
                    final RawPeer.Frame echo = afterPongs(peer.sendText("heard"));
                    require(echo.text().equals("heard"), "an echo after the pongs, not " + echo.text());
                }
            }
        }
    },
    /** One byte of a header after the other. */
    DRIBBLES {
        @Override
        void play(final Target target, final Random random) throws IOException {
            try (RawPeer peer = target.connect()) {
                peer.send("GET / HTTP/1.1\r\n");
                while (peer.isSilentFor(50)) {
                    peer.send("x");
                }
                final String answer = peer.readToEnd();
                requireNoRefusal(answer);
                require(answer.startsWith("HTTP/1.1 408 "), "408, not " + answer);
            }
        }
    },
    /** It sends to an echo, and never reads. */
    NEVER_READS {
        @Override
        void play(final Target target, final Random random) throws IOException {
            try (RawPeer peer = slowReader(target)) {
                final byte[] frame = RawPeer.frame(0x82, new byte[60_000]);
                // Until these were taken, it may wait for its turn among those for whom there is no memory.
                for (int i = 0; i < FRAMES_UNREAD_MAX; i++) {
                    peer.send(frame);
                }
                // At the end its Close is awaited for a while, and all else discarded.
                final long endNs = System.nanoTime() + PATIENCE_NS;
                while (System.nanoTime() < endNs) {
                    peer.send(frame);
                }
                throw new IOException("who never reads was still served " + PATIENCE_NS + " ns after its limit");
            } catch (final SocketException e) {
                // It was cut off.
            }
        }
    },
    /** It opens and closes, and opens and closes. */
    CHURNS {
        @Override
        void play(final Target target, final Random random) throws IOException {
            for (int i = 0; i < 50; i++) {
                try (RawPeer peer = target.connect()) {
                    leave(peer, random);
                }
            }
        }
    },
    /** It leaves at any byte of what would have been a good conversation, in any way. */
    LEAVES_HALFWAY {
        @Override
        void play(final Target target, final Random random) throws IOException {
            final byte[] whole = RawPeer.concat(
                    RawPeer.upgrade(target.path).getBytes(RawPeer.BYTES),
                    RawPeer.frame(0x81, new byte[random.nextInt(300)]),
                    RawPeer.frame(0x02, new byte[random.nextInt(300)]),
                    RawPeer.frame(0x89, new byte[random.nextInt(125)]),
                    RawPeer.frame(0x80, new byte[random.nextInt(300)]),
                    RawPeer.closeFrame(1000));
            try (RawPeer peer = target.connect()) {
                peer.send(Arrays.copyOf(whole, random.nextInt(whole.length + 1)));
                leave(peer, random);
            }
        }
    },
    /** It is silent, halfway or open, and does not answer Close either, until it is cut off. */
    FALLS_SILENT {
        @Override
        void play(final Target target, final Random random) throws IOException {
            try (RawPeer peer = target.connect()) {
                final byte[] request = RawPeer.upgrade(target.path).getBytes(RawPeer.BYTES);
                peer.send(random.nextBoolean() ? request : Arrays.copyOf(request, random.nextInt(request.length)));
                final String got = peer.readToEnd();
                requireNoRefusal(got);
                require(got.startsWith("HTTP/1.1 408 ") || got.startsWith("HTTP/1.1 101 "), "408 or 101, not " + got);
            }
        }
    };

    /** Of 60,000 bytes, unread: more than may wait for one of them, with what the kernel holds. */
    private static final int FRAMES_UNREAD_MAX = 20;

    private static final int TRY_AGAIN_LATER = 1013;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    /** They wait for one of the server's deadlines, and so for seconds. */
    private static final Set<HostilePeers> PATIENT = EnumSet.of(DRIBBLES, NEVER_READS, FALLS_SILENT);

    /** {@return any of them} */
    static HostilePeers any(final Random random) {
        return values()[random.nextInt(values().length)];
    }

    /** {@return any that does not wait for a deadline} */
    static HostilePeers anyHasty(final Random random) {
        HostilePeers chosen = any(random);
        while (PATIENT.contains(chosen)) {
            chosen = any(random);
        }
        return chosen;
    }

    /** The server had no memory left for this peer, and said so: 503, or 1013. For others to judge whether it may. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(final String how) {
            super("refused with " + how);
        }
    }

    /** Where the peers go to. */
    record Target(int port, String path) {

        /** From any of some addresses, since each has no more than some ten thousand ports. */
        RawPeer connect() throws IOException {
            return new RawPeer("127.0.0." + (1 + ThreadLocalRandom.current().nextInt(16)), port);
        }
    }

    /**
     * Plays it once.
     *
     * @throws IOException if the peer does not get what it has to get: the message says so
     */
    abstract void play(Target target, Random random) throws IOException;

    private static RawPeer slowReader(final Target target) throws IOException {
        final RawPeer peer = new RawPeer(target.port, 16_384);
        try {
            upgrade(peer, target);
        } catch (final IOException e) {
            peer.close();
            throw e;
        }
        return peer;
    }

    private static void upgrade(final RawPeer peer, final Target target) throws IOException {
        final String head = peer.send(RawPeer.upgrade(target.path)).readHead();
        requireNoRefusal(head);
        require(head.startsWith("HTTP/1.1 101 "), "101, not " + head);
    }

    private static RawPeer.Frame afterPongs(final RawPeer peer) throws IOException {
        RawPeer.Frame frame = peer.readFrame();
        while (frame.opcode() == 0x9 || frame.opcode() == 0xA) {
            frame = peer.readFrame();
        }
        requireNoRefusal(frame);
        return frame;
    }

    private static void expectClose(final Target target, final byte[] frames, final int code) throws IOException {
        try (RawPeer peer = target.connect()) {
            upgrade(peer, target);
            final RawPeer.Frame close = afterPongs(peer.send(frames));
            require(close.opcode() == 8 && close.closeCode() == code, "Close " + code + ", not " + close);
            require(peer.isAtEnd(), "nothing after Close");
        }
    }

    private static void expectAnswer(final Target target, final String request, final int status) throws IOException {
        try (RawPeer peer = target.connect()) {
            final String answer = peer.send(request).readToEnd();
            requireNoRefusal(answer);
            require(answer.startsWith("HTTP/1.1 " + status + " "), status + ", not " + answer);
        }
    }

    private static void leave(final RawPeer peer, final Random random) throws IOException {
        switch (random.nextInt(3)) {
            case 0 -> peer.reset();
            case 1 -> {
                peer.shutdownOutput();
                peer.readToEnd();
            }
            default -> {
                // Its socket is closed, whatever it has not read.
            }
        }
    }

    private static void requireNoRefusal(final RawPeer.Frame frame) throws Refused {
        if (frame.opcode() == 0x8 && frame.closeCode() == TRY_AGAIN_LATER) {
            throw new Refused(Integer.toString(TRY_AGAIN_LATER));
        }
    }

    private static void requireNoRefusal(final String answer) throws Refused {
        if (answer.startsWith("HTTP/1.1 503 ")) {
            throw new Refused("503");
        }
    }

    private static void require(final boolean condition, final String what) throws IOException {
        if (!condition) {
            throw new IOException("expected " + what);
        }
    }
}
