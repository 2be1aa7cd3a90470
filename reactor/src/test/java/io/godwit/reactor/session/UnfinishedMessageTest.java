package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages that have begun and do not end: how long they may take, and who goes first if there is no memory for all. */
class UnfinishedMessageTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final EndpointLimits LIMITS = EndpointLimits.DEFAULT.withMessageBytesMax(2 * MEBIBYTE);

    /** So many messages of this length find room in the least budget, whose last sixteenth is for short ones. */
    private static final int PART_BYTES = 60_000;

    private static final int PARTS_MAX = 14;

    /** After so long a message makes way of which nothing comes. */
    private static final Duration OLD = Duration.ofMillis(1_200);

    private static Stepped stepped() throws IOException {
        return new Stepped(Timeouts.DEFAULT, MEBIBYTE);
    }

    @Test
    void shouldCloseWhoDoesNotEndAMessageHoweverAliveItIs() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = stepped.open(LIMITS);
            peer.write(Stepped.frame(0x02, (byte) 1));
            stepped.pass(Duration.ofSeconds(1));
            for (int i = 0; i < 3; i++) {
                peer.write(Stepped.frame(0x00, (byte) 1));
                peer.write(Stepped.frame(0x89));
                stepped.pass(Duration.ofSeconds(9));
                assertThat(peer.isOpen()).isTrue();
            }
            stepped.pass(Duration.ofSeconds(3));
            assertThat(peer.events).containsExactly("error MESSAGE_TIMEOUT", "close 1006");
            assertThat(peer.readOpcodes()).containsExactly(0xA, 0xA, 0xA, 0x8);
            assertThat(stepped.count(Metric.MESSAGE_TIMEOUTS)).isOne();
        }
    }

    /** Not even a frame's header, or not all of its payload. */
    @Test
    void shouldCloseWhoDoesNotEndAFrame() throws IOException {
        try (Stepped stepped = stepped()) {
            final byte[] frame = Stepped.frame(0x82, new byte[300]);
            final List<Stepped.Peer> peers = new ArrayList<>();
            for (int cut = 1; cut < 20; cut++) {
                final Stepped.Peer peer = stepped.open(LIMITS);
                peer.write(Stepped.head(frame, cut));
                peers.add(peer);
            }
            stepped.pass(Duration.ofSeconds(29));
            assertThat(peers).allMatch(Stepped.Peer::isOpen);
            stepped.pass(Duration.ofSeconds(2));
            assertThat(peers).allMatch(peer -> peer.events.equals(List.of("error MESSAGE_TIMEOUT", "close 1006")));
        }
    }

    @Test
    void shouldWaitForALongMessageThatComesAtARealPace() throws IOException {
        try (Stepped stepped = new Stepped(Timeouts.DEFAULT)) {
            final Stepped.Peer peer = stepped.open(LIMITS);
            peer.write(Stepped.frame(0x02));
            stepped.settle();
            for (int i = 0; i < 12; i++) {
                stepped.pass(Duration.ofSeconds(10));
                peer.write(Stepped.frame(0x00, new byte[Timeouts.MESSAGE_PACE_BYTES / 2 + 100]));
                stepped.settle();
            }
            assertThat(peer.isOpen()).isTrue();
            peer.write(Stepped.frame(0x00, new byte[1_000]));
            stepped.pass(Duration.ofSeconds(61));
            assertThat(peer.events).containsExactly("error MESSAGE_TIMEOUT", "close 1006", "ended");
        }
    }

    @Test
    void shouldGiveEachMessageItsOwnTime() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = stepped.open(LIMITS);
            peer.write(Stepped.frame(0x02, (byte) 1));
            for (int i = 0; i < 5; i++) {
                stepped.pass(Duration.ofSeconds(25));
                peer.write(Stepped.frame(0x80, (byte) 1));
                peer.write(Stepped.frame(0x02, (byte) 1));
                stepped.settle();
            }
            assertThat(peer.events).hasSize(5).containsOnly("message 2");
            stepped.pass(Duration.ofSeconds(31));
            assertThat(peer.events).hasSize(7).endsWith("error MESSAGE_TIMEOUT", "close 1006");
        }
    }

    /** The rest may have come long ago. */
    @Test
    void shouldNotChargeThePeerForWhatIsNotRead() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = stepped.open(LIMITS);
            peer.write(Stepped.frame(0x02, (byte) 1));
            stepped.settle();
            peer.ws.pauseReading();
            peer.write(Stepped.frame(0x00, (byte) 2));
            stepped.pass(Duration.ofMinutes(2));
            assertThat(peer.isOpen()).isTrue();
            peer.ws.resumeReading();
            stepped.pass(Duration.ofSeconds(29));
            assertThat(peer.isOpen()).isTrue();
            stepped.pass(Duration.ofSeconds(2));
            assertThat(peer.events).containsExactly("error MESSAGE_TIMEOUT", "close 1006");
        }
    }

    @Test
    void shouldMeasureItByTheSettingWhateverTheOtherDeadlinesAre() throws IOException {
        final Timeouts timeouts = Timeouts.DEFAULT.withMessage(Duration.ofSeconds(2));
        try (Stepped stepped = new Stepped(timeouts, MEBIBYTE)) {
            final Stepped.Peer peer = stepped.open(LIMITS);
            stepped.pass(Duration.ofSeconds(10));
            peer.write(Stepped.frame(0x02, (byte) 1));
            stepped.settle();
            stepped.pass(Duration.ofMillis(1_900));
            assertThat(peer.isOpen()).isTrue();
            stepped.pass(Duration.ofMillis(300));
            assertThat(peer.events).containsExactly("error MESSAGE_TIMEOUT", "close 1006");
        }
    }

    // --- memory

    private static Stepped.Peer begun(final Stepped stepped, final int bytes) throws IOException {
        final Stepped.Peer peer = stepped.open(LIMITS);
        peer.write(Stepped.frame(0x02, new byte[bytes]));
        stepped.settle();
        return peer;
    }

    @Test
    void shouldLetTheOldestGoWhenThereIsNoMemoryForAll() throws IOException {
        try (Stepped stepped = stepped()) {
            final List<Stepped.Peer> peers = new ArrayList<>();
            for (int i = 0; i < 3 * PARTS_MAX; i++) {
                peers.add(begun(stepped, PART_BYTES));
            }
            // Those for whom there is none are not read until others have made way.
            stepped.pass(Duration.ofSeconds(20));
            final int madeWay = (int) stepped.count(Metric.OVERLOADS);
            assertThat(madeWay).isBetween(peers.size() - PARTS_MAX, peers.size() - PARTS_MAX / 2);
            final List<Stepped.Peer> gone =
                    peers.stream().filter(peer -> !peer.isOpen()).toList();
            final List<Stepped.Peer> left =
                    peers.stream().filter(Stepped.Peer::isOpen).toList();
            assertThat(gone).hasSize(madeWay).containsAll(peers.subList(0, PARTS_MAX / 2));
            assertThat(gone).allMatch(peer -> peer.events.get(0).equals("error OVERLOADED"));
            for (final Stepped.Peer peer : gone) {
                assertThat(peer.read(4).getShort(2)).isEqualTo((short) 1013);
            }
            for (final Stepped.Peer peer : left) {
                peer.write(Stepped.frame(0x80));
            }
            stepped.settle();
            assertThat(left).allMatch(peer -> peer.events.equals(List.of("message " + PART_BYTES)));
            assertThat(stepped.loop.pool().lentBytes()).isZero();
        }
    }

    /** A message is as old as its first byte, whatever its connection has sent before. */
    @Test
    void shouldCountTheAgeFromTheFirstByte() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer first = begun(stepped, PART_BYTES);
            final Stepped.Peer second = begun(stepped, PART_BYTES);
            for (int i = 0; i < PARTS_MAX / 2; i++) {
                begun(stepped, PART_BYTES);
            }
            first.write(Stepped.frame(0x80));
            first.write(Stepped.frame(0x02, new byte[PART_BYTES]));
            stepped.settle();
            for (int i = 0; i < PARTS_MAX / 2; i++) {
                begun(stepped, PART_BYTES);
            }
            stepped.pass(OLD);
            assertThat(second.events).containsExactly("error OVERLOADED", "close 1006");
            assertThat(first.events).containsExactly("message " + PART_BYTES);
        }
    }

    /** Whoever else holds something makes way for it, and it does not find room all the same. */
    @Test
    void shouldEndAMessageThatNeedsMoreThanThereIs() throws IOException {
        try (Stepped stepped = stepped()) {
            begun(stepped, PART_BYTES);
            final Stepped.Peer peer = begun(stepped, PART_BYTES);
            begun(stepped, PART_BYTES);
            for (int i = 0; i < 100 && peer.isOpen(); i++) {
                peer.write(Stepped.frame(0x00, new byte[PART_BYTES]));
                stepped.pass(OLD);
            }
            assertThat(peer.events).startsWith("error OVERLOADED", "close 1006");
        }
    }

    /** Those hold no memory: to close them would help nobody. */
    @Test
    void shouldSpareWhoHasSentNoPayloadYet() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer spared = stepped.open(LIMITS);
            spared.write(new byte[] {(byte) 0x82});
            stepped.settle();
            for (int i = 0; i < 2 * PARTS_MAX; i++) {
                begun(stepped, PART_BYTES);
            }
            stepped.pass(Duration.ofSeconds(10));
            assertThat(spared.events).isEmpty();
            assertThat(stepped.count(Metric.OVERLOADS)).isGreaterThanOrEqualTo(PARTS_MAX);
        }
    }

    /** Else thousands who hold halves of messages would keep everybody from messages that take their time. */
    @Test
    void shouldSpareAMessageThatGoesOnComing() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer honest = stepped.open(LIMITS);
            honest.write(Stepped.frame(0x02, new byte[20_000]));
            stepped.settle();
            for (int i = 0; i < 5; i++) {
                for (int j = 0; j < PARTS_MAX - 2; j++) {
                    begun(stepped, PART_BYTES);
                }
                for (int j = 0; j < 2; j++) {
                    stepped.pass(Duration.ofMillis(600));
                    honest.write(Stepped.frame(0x00, new byte[20_000]));
                    stepped.settle();
                }
                assertThat(honest.events).isEmpty();
            }
            honest.write(Stepped.frame(0x80));
            stepped.pass(OLD);
            assertThat(honest.events).containsExactly("message 220000");
        }
    }

    /** A byte now and then is no reason to be spared. */
    @Test
    void shouldNotSpareAMessageThatComesSlowly() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer slow = begun(stepped, PART_BYTES);
            for (int i = 0; i < PARTS_MAX - 1; i++) {
                slow.write(Stepped.frame(0x00, new byte[Timeouts.MESSAGE_PACE_BYTES / 60]));
                stepped.pass(Duration.ofSeconds(1));
                begun(stepped, PART_BYTES);
            }
            begun(stepped, PART_BYTES);
            stepped.pass(OLD);
            assertThat(slow.events).startsWith("error OVERLOADED", "close 1006");
        }
    }

    /** It has the place of the message that it follows until it has been taken apart. */
    @Test
    void shouldNotTakeAMessageThatHasJustBegunForTheOldest() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = begun(stepped, 10);
            final Stepped.Peer oldest = begun(stepped, PART_BYTES);
            while (oldest.isOpen()
                    && stepped.loop.memory().freeBytes() > stepped.loop.memory().scarceBytes() / 2 + 2_000) {
                begun(stepped, 1_000);
            }
            assertThat(oldest.isOpen()).isTrue();
            // The end of one, and fragments of another that need more memory twice.
            final ByteBuffer bytes = ByteBuffer.allocate(50_000);
            bytes.put(Stepped.frame(0x80)).put(Stepped.frame(0x02, new byte[20_000]));
            bytes.put(Stepped.frame(0x00, new byte[25_000])).flip();
            peer.write(Stepped.head(bytes.array(), bytes.limit()));
            stepped.pass(OLD);
            assertThat(peer.events).containsExactly("message 10");
            assertThat(oldest.events).containsExactly("error OVERLOADED", "close 1006");
        }
    }
}
