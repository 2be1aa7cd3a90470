package io.godwit.reactor;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * What has brought other servers down, played by one connection among thousands of a {@link HostileCrowd}. What such a peer
 * has to get is looked at by {@link HostilePeers}; here it is their number.
 *
 * @param name what it does
 * @param paths any of which it asks for before all else; none: it never becomes a WebSocket
 * @param readBytes how much it reads in each interval; {@link #EAGER}: all, as it comes; 0: nothing, ever
 * @param intervalMs how long it does nothing after what it has sent
 * @param opening what it sends at first
 * @param next what it sends after each interval; null: it leaves
 */
record HostileSort(
        String name,
        List<String> paths,
        int readBytes,
        int intervalMs,
        Function<Random, byte[]> opening,
        Function<Random, byte[]> next) {

    /** Reads all that comes. */
    static final int EAGER = Integer.MAX_VALUE;

    /** All of a kind whose interval is this long have their turn at the same time. */
    static final int STORM_MS = 10_000;

    private static final List<String> ECHOES = List.of("/besieged/loop", "/besieged/workers");
    private static final List<String> WORKERS = List.of("/besieged/workers");
    private static final List<String> NONE = List.of();
    private static final List<String> FEEDS = List.of("/besieged/feed", "/besieged/feed/workers");

    // Made once: they are sent many times a second.
    private static final byte[] NOTHING = {};
    private static final byte[] ONE_BYTE = bytes("x");
    private static final byte[] LONG_FRAME = RawPeer.frame(0x82, new byte[60_000]);
    private static final byte[] LONG_FRAGMENT = RawPeer.frame(0x02, new byte[33_000]);
    private static final byte[] EMPTY_FRAGMENT = RawPeer.frame(0x00);
    private static final byte[] LONG_MESSAGE = RawPeer.frame(0x82, new byte[20_000]);
    private static final byte[] MESSAGE = RawPeer.frame(0x82, new byte[2_000]);
    private static final byte[] PINGS = times(100, RawPeer.frame(0x89, new byte[125]));
    private static final byte[] MESSAGES = times(100, RawPeer.frame(0x81, new byte[20]));
    private static final byte[] CONVERSATION = RawPeer.concat(
            RawPeer.frame(0x81, new byte[200]), RawPeer.frame(0x02, new byte[200]), RawPeer.frame(0x80, new byte[200]));
    private static final byte[] SHORT_TEXT = RawPeer.frame(0x81, (byte) 'a');
    private static final byte[] CLOSE = RawPeer.closeFrame(1000);

    /** An unknown opcode, a reserved bit, no mask, a length past all bounds, text that is none, a Close of one byte. */
    private static final List<byte[]> VIOLATIONS = List.of(
            RawPeer.frame(0x83),
            RawPeer.frame(0xC1),
            HexFormat.of().parseHex("810161"),
            HexFormat.of().parseHex("82FF8000000000000000"),
            RawPeer.frame(0x81, (byte) 0xFF),
            RawPeer.frame(0x88, (byte) 3));

    /** Each of them. */
    static final List<HostileSort> ALL = List.of(
            new HostileSort("stops in its head", NONE, EAGER, 10_000, r -> half(request("/", r), r), r -> NOTHING),
            new HostileSort("dribbles its head", NONE, EAGER, 500, r -> bytes("GET / HTTP/1.1\r\nX: "), r -> ONE_BYTE),
            new HostileSort("stops in a frame", ECHOES, EAGER, 10_000, r -> half(LONG_FRAME, r), r -> NOTHING),
            new HostileSort("dribbles a frame", ECHOES, EAGER, 500, r -> half(LONG_FRAME, r), r -> ONE_BYTE),
            new HostileSort("stops in a message", ECHOES, EAGER, 2_000, r -> LONG_FRAGMENT, r -> EMPTY_FRAGMENT),
            new HostileSort("never reads", ECHOES, 0, 100, r -> NOTHING, r -> LONG_MESSAGE),
            new HostileSort("reads slowly", ECHOES, 2_000, 100, r -> NOTHING, r -> MESSAGE),
            new HostileSort("floods with Pings", ECHOES, 0, 200, r -> NOTHING, r -> PINGS),
            new HostileSort("floods workers", WORKERS, 4_000, 200, r -> NOTHING, r -> MESSAGES),
            new HostileSort("leaves at any byte", ECHOES, EAGER, 4_000, r -> half(CONVERSATION, r), r -> null),
            new HostileSort(
                    "breaks the protocol",
                    ECHOES,
                    EAGER,
                    4_000,
                    r -> NOTHING,
                    r -> VIOLATIONS.get(r.nextInt(VIOLATIONS.size()))),
            new HostileSort("vanishes", NONE, EAGER, 2_000, r -> NOTHING, r -> null),
            new HostileSort("storms out", ECHOES, EAGER, STORM_MS, r -> SHORT_TEXT, r -> CLOSE),
            new HostileSort("subscribes and reads slowly", FEEDS, 500, 200, r -> NOTHING, r -> NOTHING),
            new HostileSort("subscribes and never reads", FEEDS, 0, 5_000, r -> NOTHING, r -> NOTHING),
            new HostileSort(
                    "subscribes and leaves",
                    FEEDS,
                    EAGER,
                    2_000,
                    r -> NOTHING,
                    r -> r.nextInt(4) == 0 ? null : SHORT_TEXT));

    /** {@return what a connection of this sort begins with} */
    byte[] beginning(final Random random) {
        final byte[] first = opening.apply(random);
        if (paths.isEmpty()) {
            return first;
        }
        return RawPeer.concat(request(paths.get(random.nextInt(paths.size())), random), first);
    }

    private static byte[] request(final String path, final Random random) {
        return bytes(RawPeer.upgrade(path, "X-Number: " + random.nextInt()));
    }

    private static byte[] half(final byte[] whole, final Random random) {
        return Arrays.copyOf(whole, random.nextInt(whole.length));
    }

    private static byte[] times(final int count, final byte[] frame) {
        final byte[][] frames = new byte[count][];
        Arrays.fill(frames, frame);
        return RawPeer.concat(frames);
    }

    private static byte[] bytes(final String ascii) {
        return ascii.getBytes(RawPeer.BYTES);
    }
}
