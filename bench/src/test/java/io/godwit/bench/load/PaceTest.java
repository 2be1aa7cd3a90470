package io.godwit.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** When messages are sent, and what their latencies count from; the clock is stepped by hand. */
class PaceTest {

    private static final long START_NS = 5_000_000_000L;

    private final List<LoadConnection> connections = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private final Sender sender =
            (connection, count, nowNs) -> sent.add(connection.slot() + " x " + count + " at " + ms(nowNs));
    private final Window window = new Window();
    private final Histogram lateness = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);

    PaceTest() {
        for (int slot = 0; slot < 3; slot++) {
            connections.add(new LoadConnection(null, slot, slot, null));
        }
    }

    @Test
    void shouldSendByTheClockInAnOpenLoop() throws IOException {
        final OpenLoop pace = openLoop();
        pace.start(START_NS);
        pace.sendDue(START_NS);
        assertThat(sent).containsExactly("0 x 1 at 0");
        pace.sendDue(at(1) - 1);
        assertThat(sent).hasSize(1);
        pace.sendDue(at(3));
        assertThat(sent).containsExactly("0 x 1 at 0", "1 x 1 at 3", "2 x 1 at 3", "0 x 1 at 3");
    }

    @Test
    void shouldCountLatencyFromWhenAMessageWasDueHoweverLateItIsSent() throws IOException {
        final OpenLoop pace = openLoop();
        window.begin(START_NS);
        pace.start(START_NS);
        pace.sendDue(at(100));
        assertThat(sent).hasSize(101);
        assertThat(pace.intendedNs(connections.get(0), 0)).isEqualTo(at(0));
        assertThat(pace.intendedNs(connections.get(2), 0)).isEqualTo(at(2));
        assertThat(pace.intendedNs(connections.get(1), 20)).isEqualTo(at(61));
        assertThat(lateness.getTotalCount()).isEqualTo(101);
        assertThat(lateness.getMaxValue()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void shouldLookAtTheSocketsAgainBeforeAllThatIsDueIsSent() throws IOException {
        final OpenLoop pace = openLoop();
        pace.start(START_NS);
        pace.sendDue(at(5_000));
        assertThat(sent).hasSizeLessThan(5_000);
        for (int i = 0; i < 5; i++) {
            pace.sendDue(at(5_000));
        }
        assertThat(sent).hasSize(5_001);
    }

    @Test
    void shouldCountWhatIsInFlightInAnOpenLoop() {
        final OpenLoop pace = openLoop();
        pace.onSend(connections.get(0), 0, at(1));
        pace.onSend(connections.get(1), 0, at(1));
        pace.onEchoes(connections.get(1), 1, at(2));
        assertThat(pace.inFlight()).isEqualTo(1);
    }

    @Test
    void shouldKeepADepthOfMessagesInFlightInAClosedLoop() throws IOException {
        final ClosedLoop pace = new ClosedLoop(sender, connections, 3, 5);
        pace.start(START_NS);
        assertThat(sent).containsExactly("0 x 5 at 0", "1 x 5 at 0", "2 x 5 at 0");
        for (long number = 0; number < 5; number++) {
            pace.onSend(connections.get(1), number, at(number));
        }
        assertThat(pace.intendedNs(connections.get(1), 0)).isEqualTo(at(0));
        pace.onEchoes(connections.get(1), 2, at(7));
        assertThat(sent).endsWith("1 x 2 at 7");
        pace.onSend(connections.get(1), 5, at(7));
        assertThat(pace.intendedNs(connections.get(1), 4)).isEqualTo(at(4));
        assertThat(pace.intendedNs(connections.get(1), 5)).isEqualTo(at(7));
        assertThat(pace.inFlight()).isEqualTo(4);
    }

    @Test
    void shouldPublishTheNextMessageWhenAllHaveTheLast() throws IOException {
        final Broadcast pace = new Broadcast(sender, connections, 1);
        pace.start(START_NS);
        pace.onSend(connections.get(0), 0, at(0));
        pace.onEchoes(connections.get(2), 1, at(1));
        pace.onEchoes(connections.get(0), 1, at(2));
        assertThat(sent).containsExactly("0 x 1 at 0");
        assertThat(pace.inFlight()).isEqualTo(1);
        pace.onEchoes(connections.get(1), 1, at(3));
        assertThat(sent).containsExactly("0 x 1 at 0", "0 x 1 at 3");
        assertThat(pace.intendedNs(connections.get(1), 0)).isEqualTo(at(0));
    }

    @Test
    void shouldMeasureFromTheBeginningOfTheWindowUpToItsEnd() {
        assertThat(window.contains(START_NS)).isFalse();
        window.begin(START_NS);
        assertThat(window.contains(START_NS - 1)).isFalse();
        assertThat(window.contains(START_NS)).isTrue();
        assertThat(window.hasEnded()).isFalse();
        window.end(at(1));
        assertThat(window.contains(at(1) - 1)).isTrue();
        assertThat(window.contains(at(1))).isFalse();
        assertThat(window.hasEnded()).isTrue();
    }

    private OpenLoop openLoop() {
        return new OpenLoop(sender, connections, 1_000, window, lateness);
    }

    private static long at(final long ms) {
        return START_NS + TimeUnit.MILLISECONDS.toNanos(ms);
    }

    private static long ms(final long timeNs) {
        return TimeUnit.NANOSECONDS.toMillis(timeNs - START_NS);
    }
}
