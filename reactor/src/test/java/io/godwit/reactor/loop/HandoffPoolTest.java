package io.godwit.reactor.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandoffPoolTest {

    private static final long KEPT_BYTES = 1 << 20;

    private final HandoffPool pool = new HandoffPool(KEPT_BYTES, 1 << 20);

    @ParameterizedTest
    @CsvSource({
        "0, 64",
        "1, 64",
        "64, 64",
        "65, 128",
        "128, 128",
        "129, 256",
        "65535, 65536",
        "65536, 65536",
        "65537, 65537"
    })
    void shouldLendTheNextPowerOfTwoOrTheLengthItself(final int bytes, final int capacity) {
        final Parcel parcel = pool.acquire(bytes);
        assertThat(parcel.bytes().capacity()).isEqualTo(capacity);
        assertThat(parcel.bytes().remaining()).isEqualTo(capacity);
        assertThat(pool.lentBytes()).isGreaterThanOrEqualTo(capacity);
        pool.release(parcel);
        assertThat(pool.lentBytes()).isZero();
    }

    @Test
    void shouldLendAgainWhatCameBack() {
        final Parcel parcel = pool.acquire(100).label("a letter", 7);
        parcel.bytes().position(3).limit(5);
        pool.release(parcel);
        final Parcel again = pool.acquire(101);
        assertThat(again).isSameAs(parcel);
        assertThat(again.label()).isNull();
        assertThat(again.bytes().remaining()).isEqualTo(128);
        assertThat(pool.acquire(101)).isNotSameAs(parcel);
    }

    @Test
    void shouldNotKeepGiants() {
        final Parcel giant = pool.acquire(100_000);
        pool.release(giant);
        assertThat(pool.acquire(100_000)).isNotSameAs(giant);
    }

    @Test
    void shouldKeepNoMoreThanItsShare() {
        final List<Parcel> lent = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            lent.add(pool.acquire(65_536));
        }
        lent.forEach(pool::release);
        final long again =
                lent.stream().filter(one -> lent.contains(pool.acquire(65_536))).count();
        assertThat(again).as("an eleventh of 1 MiB, but two at least").isEqualTo(2);
    }

    @Test
    void shouldRefuseWhatWouldBeTooMuch() {
        final Parcel large = pool.acquire(900_000);
        assertThat(pool.acquire(200_000)).isNull();
        final Parcel small = pool.acquire(50_000);
        assertThat(small).isNotNull();
        pool.release(large);
        assertThat(pool.acquire(Integer.MAX_VALUE)).isNull();
        pool.release(small);
        assertThat(pool.lentBytes()).isZero();
    }

    @Test
    void shouldCountWhatAShortMessageCosts() {
        int lent = 0;
        while (pool.acquire(1) != null) {
            lent++;
        }
        assertThat(lent).isBetween(1_000, (1 << 20) / 128);
    }

    @Test
    void shouldTakeAParcelBackOnce() {
        final Parcel parcel = pool.acquire(1);
        pool.release(parcel);
        assertThatIllegalStateException().isThrownBy(() -> pool.release(parcel));
        assertThat(pool.lentBytes()).isZero();
    }

    @Test
    void shouldForgetNotes() {
        final Parcel note = Parcel.note("news");
        assertThat(note.label()).isEqualTo("news");
        assertThat(note.bytes().hasRemaining()).isFalse();
        pool.release(note);
        pool.release(note);
        assertThat(pool.lentBytes()).isZero();
    }

    @Test
    void shouldShowTheBytesReadOnly() {
        final Parcel parcel = pool.acquire(10);
        parcel.bytes().putInt(0x01020304).flip();
        final ByteBuffer shown = parcel.readOnlyBytes();
        assertThat(shown.isReadOnly()).isTrue();
        assertThat(shown.getInt()).isEqualTo(0x01020304);
        assertThat(parcel.readOnlyBytes()).isSameAs(shown).isEqualTo(parcel.bytes());
    }

    @Test
    void shouldLendNoParcelToTwo() throws InterruptedException {
        final Queue<String> mistakes = new ConcurrentLinkedQueue<>();
        final List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            final int number = t;
            threads.add(new Thread(() -> {
                for (int i = 0; i < 50_000; i++) {
                    final Parcel parcel = pool.acquire(40).label(number, i);
                    parcel.bytes().putInt(0, number).putInt(4, i);
                    Thread.onSpinWait();
                    if (parcel.bytes().getInt(0) != number || parcel.bytes().getInt(4) != i || parcel.number() != i) {
                        mistakes.add(number + ":" + i);
                    }
                    pool.release(parcel);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (final Thread thread : threads) {
            thread.join();
        }
        assertThat(mistakes).isEmpty();
        assertThat(pool.lentBytes()).isZero();
    }
}
