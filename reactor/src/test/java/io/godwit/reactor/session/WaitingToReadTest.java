package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Timeouts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may happen to a connection while it is not read, since the loop has no memory left, not even of its reserve. */
class WaitingToReadTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final byte[] CLOSE = Stepped.frame(0x88, (byte) 3, (byte) 0xE8);

    private long taken;

    private static Stepped stepped() throws IOException {
        return new Stepped(Timeouts.DEFAULT, MEBIBYTE);
    }

    private Stepped.Peer waiting(final Stepped stepped) throws IOException {
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
        final int reserve = MEBIBYTE / 8;
        stepped.loop.memory().takeAnyway(reserve);
        taken = reserve + stepped.useUpMemory();
        stepped.loop.memory().takeAnyway(reserve);
        taken += reserve;
        peer.write(Stepped.frame(0x82, new byte[100]));
        stepped.settle();
        assertThat(peer.events).isEmpty();
        assertThat(stepped.loop.readersWait()).isTrue();
        return peer;
    }

    private void giveBack(final Stepped stepped) throws IOException {
        stepped.loop.memory().give(taken);
        stepped.settle();
        assertThat(stepped.loop.readersWait()).isFalse();
    }

    @Test
    void shouldReadItOnceItIsResumedIfItHadPaused() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = waiting(stepped);
            peer.ws.pauseReading();
            stepped.pass(LONG);
            giveBack(stepped);
            assertThat(peer.events).isEmpty();
            peer.ws.resumeReading();
            stepped.settle();
            assertThat(peer.events).containsExactly("message 100");
        }
    }

    @Test
    void shouldStillWaitIfItPausedMeanwhile() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = waiting(stepped);
            peer.ws.pauseReading();
            stepped.settle();
            peer.ws.resumeReading();
            stepped.pass(LONG);
            assertThat(peer.isOpen()).isTrue();
            giveBack(stepped);
            assertThat(peer.events).containsExactly("message 100");
        }
    }

    /** Nothing of it waits to be read. */
    @Test
    void shouldNotTakeSilenceForWhatIsNotRead() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = waiting(stepped);
            final Stepped.Peer silent = stepped.open(EndpointLimits.DEFAULT);
            stepped.pass(LONG);
            assertThat(silent.isOpen()).isFalse();
            assertThat(silent.events).contains("close 1006");
            assertThat(peer.isOpen()).isTrue();
            giveBack(stepped);
            assertThat(peer.events).containsExactly("message 100");
        }
    }

    @Test
    void shouldNotWaitAfterItsEnd() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = waiting(stepped);
            peer.ws.abort();
            stepped.settle();
            assertThat(peer.events).contains("ended");
            assertThat(stepped.loop.readersWait()).isFalse();
            giveBack(stepped);
            assertThat(stepped.loop.memory().usedBytes()).isZero();
        }
    }

    @Test
    void shouldHearThePeersEndAfterWhatItHadSent() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = waiting(stepped);
            peer.shutdownOutput();
            stepped.pass(LONG);
            giveBack(stepped);
            assertThat(peer.events).startsWith("message 100").contains("ended");
        }
    }

    /** What comes is discarded, but for the peer's Close: there is nothing to wait for. */
    @Test
    void shouldReadThePeersCloseAtOnce() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = waiting(stepped);
            peer.ws.close(1000, "");
            peer.write(CLOSE);
            stepped.settle();
            peer.shutdownOutput();
            stepped.settle();
            assertThat(peer.events).containsExactly("close 1000", "ended");
            assertThat(stepped.loop.readersWait()).isFalse();
        }
    }

    @Test
    void shouldReadThePeersCloseAtOnceIfTheServerGoesDown() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = waiting(stepped);
            peer.connection.shutdown(Duration.ofSeconds(20).toNanos());
            peer.write(CLOSE);
            stepped.settle();
            peer.shutdownOutput();
            stepped.settle();
            assertThat(peer.events).containsExactly("close 1000", "ended");
        }
    }

    /** Its silence is ours; it begins once it is read. */
    @Test
    void shouldNotJudgeItsSilence() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = waiting(stepped);
            stepped.pass(LONG);
            assertThat(peer.isOpen()).isTrue();
            giveBack(stepped);
            stepped.pass(Duration.ofSeconds(20));
            assertThat(peer.events).containsExactly("message 100");
            stepped.pass(LONG);
            assertThat(peer.events).contains("error TIMEOUT", "ended");
        }
    }

    /** Very many hold a part of a message each, have sent more of it, and wait for each other's memory. */
    @Test
    void shouldReadAShortMessageAlthoughOthersWaitForEachOther() throws IOException {
        try (Stepped stepped = new Stepped(Timeouts.DEFAULT, 16 * MEBIBYTE)) {
            final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
            final List<Stepped.Peer> others = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                others.add(stepped.open(EndpointLimits.DEFAULT));
            }
            for (int i = 0; i < 40; i++) {
                for (final Stepped.Peer other : others) {
                    other.write(Stepped.frame(i == 0 ? 0x02 : 0x00, new byte[500]));
                }
                stepped.settle();
            }
            assertThat(stepped.loop.readersWait()).isTrue();
            for (int i = 1; i <= 5; i++) {
                peer.write(Stepped.frame(0x82, new byte[100]));
                stepped.pass(Duration.ofSeconds(2));
                assertThat(peer.events).hasSize(i).containsOnly("message 100");
            }
        }
    }

    /** Others have waited as long as the first: once there is room in the reserve, none has to wait until it is looked again. */
    @Test
    void shouldReadAllShortMessagesOnceThereIsRoomToBegin() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer first = waiting(stepped);
            final List<Stepped.Peer> others = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                final Stepped.Peer other = stepped.open(EndpointLimits.DEFAULT);
                other.write(Stepped.frame(0x82, new byte[100]));
                others.add(other);
            }
            stepped.pass(Duration.ofSeconds(5));
            assertThat(others).as("there is none").allMatch(other -> other.events.isEmpty());
            final long reserve = taken - MEBIBYTE;
            stepped.loop.memory().give(reserve);
            stepped.pass(Duration.ofSeconds(1));
            assertThat(first.events).containsExactly("message 100");
            assertThat(others.stream().filter(other -> other.events.isEmpty()))
                    .as("who still waits")
                    .isEmpty();
        }
    }
}
