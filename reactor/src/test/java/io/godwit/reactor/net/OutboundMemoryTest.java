package io.godwit.reactor.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What waits for a socket, if memory is out at any one of the allocations that the queue makes for it. */
class OutboundMemoryTest {

    /** As many places as the queue has at first. */
    private static final int PLACES = 8;

    private static final byte[] BODY = "b".repeat(300).getBytes(StandardCharsets.US_ASCII);

    private final EventLoop loop;
    private final OutboundRoom room = new OutboundRoom();
    private final OutboundStore store;

    /** So many allocations succeed; the next one fails, and those after it succeed. */
    private int untilFailure = Integer.MAX_VALUE;

    /** What is to leave, in order. */
    private final List<String> expected = new ArrayList<>();

    OutboundMemoryTest() throws IOException {
        loop = new EventLoop("test", new LoopOptions(64, 1, 65_536, 1 << 20, 1 << 20, 1, 2, 1, 1, 2), () -> 0);
        store = new OutboundStore(loop, room, this::make);
        limits(SlowConsumerPolicy.DROP_OLDEST);
    }

    @AfterEach
    void close() {
        loop.onClose();
    }

    private <T> T make(final IntFunction<T> type, final int places) {
        if (untilFailure-- == 0) {
            throw new OutOfMemoryError("injected");
        }
        return type.apply(places);
    }

    private void limits(final SlowConsumerPolicy policy) {
        room.limits(new OutboundLimits(50_000, 100_000, policy, Duration.ofSeconds(1)));
    }

    private boolean send(final String text, final Precedence precedence) {
        final ByteBuffer target = store.reserve(text.length(), precedence);
        if (target == null) {
            return false;
        }
        // What was written has to be kept: from here on nothing may fail.
        store.commit(target.put(text.getBytes(StandardCharsets.US_ASCII)));
        return true;
    }

    private boolean share(final String text) {
        return store.share(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private void fill(final int entries) {
        for (int i = 0; i < entries; i++) {
            final String text = "<" + i + ">";
            assertThat(send(text, Precedence.MESSAGE)).isTrue();
            expected.add(text);
        }
    }

    /** Tries it with a failure at each allocation in turn, until there was none. */
    private void shouldHappenWhollyOrNotAtAll(final BooleanSupplier action) {
        int failures = 0;
        for (boolean failed = true; failed; failures++) {
            final long bytes = store.bytes();
            final long taken = room.waitingBytes();
            final int lent = loop.pool().lent();
            final int shared = loop.shared().count();
            final long used = loop.memory().usedBytes();
            untilFailure = failures;
            final boolean done = action.getAsBoolean();
            failed = untilFailure < 0;
            untilFailure = Integer.MAX_VALUE;
            assertThat(done).as("allocation " + failures).isEqualTo(!failed);
            if (failed) {
                assertThat(store.bytes()).isEqualTo(bytes);
                assertThat(room.waitingBytes()).isEqualTo(taken);
                assertThat(loop.pool().lent()).isEqualTo(lent);
                assertThat(loop.shared().count()).isEqualTo(shared);
                assertThat(loop.memory().usedBytes()).isEqualTo(used);
            }
        }
        assertThat(failures).as("failures at an allocation, and the success").isGreaterThan(2);
    }

    private void shouldLeave() {
        final ByteBuffer out = ByteBuffer.allocate(65_536);
        store.copyTo(out);
        assertThat(StandardCharsets.US_ASCII.decode(out.flip()).toString()).isEqualTo(String.join("", expected));
        assertThat(store.bytes()).isEqualTo(out.limit()).isEqualTo(room.waitingBytes());
        store.discard(out.limit());
        assertThat(room.waitingBytes()).isZero();
        assertThat(loop.pool().lent()).isZero();
        assertThat(loop.shared().count()).isZero();
        assertThat(loop.memory().usedBytes()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Precedence.class,
            names = {"MESSAGE", "IN_TURN", "CONTROL", "LAST"})
    void shouldKeepWhatIsTheFirstToWait(final Precedence precedence) {
        shouldHappenWhollyOrNotAtAll(() -> send("<new>", precedence));
        expected.add("<new>");
        shouldLeave();
    }

    @ParameterizedTest
    @EnumSource(
            value = Precedence.class,
            names = {"MESSAGE", "IN_TURN", "CONTROL", "LAST"})
    void shouldKeepWhatIsAddedLast(final Precedence precedence) {
        fill(PLACES);
        shouldHappenWhollyOrNotAtAll(() -> send("<new>", precedence));
        expected.add("<new>");
        shouldLeave();
    }

    @ParameterizedTest
    @EnumSource(
            value = Precedence.class,
            names = {"AHEAD", "PONG"})
    void shouldKeepWhatGoesAhead(final Precedence precedence) {
        fill(PLACES);
        shouldHappenWhollyOrNotAtAll(() -> send("[new]", precedence));
        expected.add(0, "[new]");
        shouldLeave();
    }

    @Test
    void shouldAnswerTheNextPingIfThereWasNoMemoryForThePongOfOne() {
        fill(PLACES);
        untilFailure = 0;
        assertThat(send("[pong 1]", Precedence.PONG)).isFalse();
        assertThat(send("[pong 2]", Precedence.PONG)).isTrue();
        assertThat(send("[pong 3]", Precedence.PONG)).isTrue();
        expected.add(0, "[pong 3]");
        shouldLeave();
    }

    @ParameterizedTest
    @EnumSource(SlowConsumerPolicy.class)
    void shouldShareAMessage(final SlowConsumerPolicy policy) {
        limits(policy);
        shouldHappenWhollyOrNotAtAll(() -> share("s".repeat(300)));
        expected.add("s".repeat(300));
        shouldLeave();
    }

    @Test
    void shouldShareAMessageBehindOthers() {
        fill(PLACES - 1);
        assertThat(share("s".repeat(300))).isTrue();
        expected.add("s".repeat(300));
        shouldHappenWhollyOrNotAtAll(() -> share("t".repeat(300)));
        expected.add("t".repeat(300));
        shouldLeave();
    }

    @Test
    void shouldKeepTheRestOfWhatHasBegunToLeave() {
        fill(PLACES);
        final ByteBuffer rest = ByteBuffer.wrap("begun>".getBytes(StandardCharsets.US_ASCII));
        shouldHappenWhollyOrNotAtAll(() -> store.addFirst(rest));
        expected.add(0, "begun>");
        shouldLeave();
    }

    @Test
    void shouldTakeABody() {
        assertThat(loop.shared().hold(BODY, BODY.length)).isTrue();
        shouldHappenWhollyOrNotAtAll(() -> {
            try {
                store.addBody(BODY);
                return true;
            } catch (final OutOfMemoryError e) {
                return false;
            }
        });
        expected.add(new String(BODY, StandardCharsets.US_ASCII));
        shouldLeave();
    }

    @Test
    void shouldTellOfAllThatHasNotLeftIfTheTransportThrows() {
        final FakeTransport socket = new FakeTransport();
        final Outbound outbound = new Outbound(socket, loop);
        socket.error = new OutOfMemoryError("injected");
        outbound.open();
        outbound.commit(outbound.reserve(10, Precedence.MESSAGE).put(new byte[10]));
        assertThatThrownBy(outbound::flush).isSameAs(socket.error);
        outbound.clear();
        outbound.end();
        assertThat(outbound.unsentBytes()).isEqualTo(10);
        assertThat(outbound.waitingBytes()).isZero();
        assertThat(loop.writeBatch().position()).isZero();
    }
}
