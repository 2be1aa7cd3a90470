package io.godwit.reactor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryFitTest {

    private static final long MEBIBYTE = 1 << 20;

    private static ServerOptions options(final int loops, final long bufferedBytesMax) {
        return ServerOptions.DEFAULT
                .withThreads(Threads.DEFAULT.withLoops(loops))
                .withLoop(LoopLimits.DEFAULT.withBufferedBytesMax(bufferedBytesMax));
    }

    private static long fitted(final long mebibytes, final int loops) {
        return options(loops, LoopLimits.FITTED)
                .fittedTo(mebibytes * MEBIBYTE, 65_536)
                .loop()
                .bufferedBytesMax();
    }

    @ParameterizedTest
    @CsvSource({"64, 1", "64, 2", "64, 8", "96, 1", "96, 8", "128, 2", "256, 8", "1024, 256", "6000, 4"})
    void shouldLeaveRoomForConnectionsAndTheCollector(final long mebibytes, final int loops) {
        final long each = fitted(mebibytes, loops);
        assertThat(each).isBetween(MEBIBYTE, LoopLimits.FITTED_BYTES_MAX);
        final AdmissionLimits admission = AdmissionLimits.DEFAULT;
        final long connections = 2_000L * (admission.connectionsMax() + admission.backlog());
        // With the reserve, and what the pools keep.
        final long held = loops * (each + 3 * each / 8);
        assertThat(connections + held).isLessThan(mebibytes * MEBIBYTE * 3 / 4);
    }

    @Test
    void shouldHoldTheUsualWhereThereIsRoom() {
        assertThat(fitted(2_048, 1)).isEqualTo(256 * MEBIBYTE);
        assertThat(fitted(2_048, 4)).isLessThan(256 * MEBIBYTE);
    }

    @Test
    void shouldHoldMoreForLongMessagesWhereThereIsRoom() {
        final ServerOptions options = options(1, LoopLimits.FITTED);
        assertThat(options.fittedTo(2_048 * MEBIBYTE, 100 * MEBIBYTE).loop().bufferedBytesMax())
                .isEqualTo(400 * MEBIBYTE);
        assertThat(options.fittedTo(512 * MEBIBYTE, 100 * MEBIBYTE).loop().bufferedBytesMax())
                .isLessThan(256 * MEBIBYTE);
    }

    @Test
    void shouldKeepWhatIsAskedForIfThereIsRoom() {
        final ServerOptions asked = options(2, 64 * MEBIBYTE);
        assertThat(asked.fittedTo(1_024 * MEBIBYTE, 0)).isEqualTo(asked);
    }

    @Test
    void shouldSayWhatIsWrongIfMoreIsAskedForThanThereIs() {
        final ServerOptions asked = options(256, 1_024 * MEBIBYTE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> asked.fittedTo(1_024 * MEBIBYTE, 0))
                .withMessageContaining("256 loops that may hold 1073741824 bytes each")
                .withMessageContaining("a heap of 1024 MiB")
                .withMessageContaining("-Xmx");
    }

    @Test
    void shouldSayWhatIsWrongIfTheHeapIsTooSmallForAnything() {
        final ServerOptions options = options(64, LoopLimits.FITTED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.fittedTo(64 * MEBIBYTE, 0))
                .withMessageContaining(
                        "heap of 64 MiB is too small for 64 loops, 10000 connections and a backlog of 1024")
                .withMessageContaining("-Xmx")
                .withMessageContaining(
                        "lower AdmissionLimits.connectionsMax, AdmissionLimits.backlog or Threads.loops");
    }

    @ParameterizedTest
    @CsvSource({"16, 1", "16, 64", "64, 64", "64, 1024"})
    void shouldTellAHeapThatIsLargeEnough(final long mebibytes, final int loops) {
        final String told = assertThatIllegalArgumentException()
                .isThrownBy(() -> fitted(mebibytes, loops))
                .actual()
                .getMessage();
        final long enough = Long.parseLong(told.replaceAll(".*which take (\\d+) MiB.*", "$1"));
        assertThat(fitted(enough, loops)).isGreaterThanOrEqualTo(MEBIBYTE);
        assertThatIllegalArgumentException().isThrownBy(() -> fitted(enough - 1, loops));
    }

    @Test
    void shouldCallWhatCanBeChangedAsItIsTold() {
        final MemoryNames names = new MemoryNames("a-buffered", "a-loops", "a-connections", "a-backlog", "a-message");
        final long heap = 64 * MEBIBYTE;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options(64, LoopLimits.FITTED).fittedTo(heap, 0, names))
                .withMessageEndingWith("lower a-connections, a-backlog or a-loops");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options(64, 64 * MEBIBYTE).fittedTo(heap, 0, names))
                .withMessageEndingWith("lower a-buffered, a-loops, a-connections or a-backlog");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options(1, LoopLimits.FITTED).fittedTo(heap, 100 * MEBIBYTE, names))
                .withMessageEndingWith("lower a-message or a-loops, or raise the heap (-Xmx)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options(1, MEBIBYTE).fittedTo(heap, 100 * MEBIBYTE, names))
                .withMessageEndingWith("lower a-message or a-loops, or raise a-buffered");
    }

    @Test
    void shouldWantMoreThanTheUsualForLongMessages() {
        assertThat(LoopLimits.fittedBytesMax(65_536)).isEqualTo(256 * MEBIBYTE);
        assertThat(LoopLimits.fittedBytesMax(64 * MEBIBYTE)).isEqualTo(256 * MEBIBYTE);
        assertThat(LoopLimits.fittedBytesMax(400 * MEBIBYTE)).isEqualTo(1_600 * MEBIBYTE);
    }

    @ParameterizedTest
    @CsvSource({"400, 1024, 1", "5, 64, 4", "100, 1024, 8"})
    void shouldRefuseMessagesThatCanNeverComeIn(
            final long messageMebibytes, final long heapMebibytes, final int loops) {
        final ServerOptions options = options(loops, LoopLimits.FITTED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.fittedTo(heapMebibytes * MEBIBYTE, messageMebibytes * MEBIBYTE))
                .withMessageContaining("messages of " + messageMebibytes * MEBIBYTE + " bytes can never come in")
                .withMessageContaining("-Xmx");
    }

    /** Half of it is held beside the whole, and a sixteenth is kept for short ones. */
    @Test
    void shouldRefuseMessagesThatCanNeverComeIntoWhatIsAskedFor() {
        final ServerOptions asked = options(1, 16 * MEBIBYTE);
        assertThat(asked.fittedTo(1_024 * MEBIBYTE, 10 * MEBIBYTE)).isEqualTo(asked);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> asked.fittedTo(1_024 * MEBIBYTE, 11 * MEBIBYTE))
                .withMessageContaining("bufferedBytesMax");
    }
}
