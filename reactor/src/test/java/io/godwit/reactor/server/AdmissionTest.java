package io.godwit.reactor.server;

import static io.godwit.reactor.server.Admission.Verdict.ADMITTED;
import static io.godwit.reactor.server.Admission.Verdict.SERVER_FULL;
import static io.godwit.reactor.server.Admission.Verdict.SOURCE_FULL;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.AdmissionLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {

    private static long source(final String address) throws UnknownHostException {
        return Admission.sourceOf(new InetSocketAddress(InetAddress.getByName(address), 1));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "192.0.2.1, ::ffff:192.0.2.1, true",
        "2001:db8::1, 2001:db8::2, true",
        "2001:db8:0:1::1, 2001:db8:0:1:ffff::9, true",
        "2001:db8:0:1::1, 2001:db8:0:2::1, false",
        "::1, 0.0.0.0, false"
    })
    void shouldTakeAHostForOne(final String one, final String other, final boolean same) throws UnknownHostException {
        assertThat(source(one) == source(other)).isEqualTo(same);
    }

    @Test
    void shouldCountNoSourceOfWhatIsNoInternetAddress() {
        final Admission admission = new Admission(new AdmissionLimits(3, 1, 1));
        final long source = Admission.sourceOf(new SocketAddress() {});
        for (int i = 0; i < 3; i++) {
            assertThat(admission.admit(source)).isEqualTo(ADMITTED);
        }
        assertThat(admission.admit(source)).isEqualTo(SERVER_FULL);
        assertThat(admission.sources()).isZero();
    }

    @Test
    void shouldKeepItsBoundsAndForgetWhoHasGone() throws UnknownHostException {
        final Admission admission = new Admission(new AdmissionLimits(3, 2, 1));
        final long one = source("192.0.2.1");
        final long two = source("192.0.2.2");
        assertThat(admission.admit(one)).isEqualTo(ADMITTED);
        assertThat(admission.admit(one)).isEqualTo(ADMITTED);
        assertThat(admission.admit(one)).isEqualTo(SOURCE_FULL);
        assertThat(admission.admit(two)).isEqualTo(ADMITTED);
        assertThat(admission.admit(two)).as("its own share is not used up").isEqualTo(SERVER_FULL);
        admission.leave(one);
        assertThat(admission.admit(two)).isEqualTo(ADMITTED);
        admission.leave(one);
        admission.leave(two);
        admission.leave(two);
        assertThat(admission.taken()).isZero();
        assertThat(admission.sources()).isZero();
    }

    @Test
    void shouldNotLetOneAddressHaveAllPlacesOfThoseThatAreTurnedAway() throws UnknownHostException {
        final Admission admission = new Admission(new AdmissionLimits(1, 1, 80));
        final long one = source("192.0.2.1");
        final long two = source("192.0.2.2");
        assertThat(admission.admit(one)).isEqualTo(ADMITTED);
        for (int i = 0; i < 10; i++) {
            assertThat(admission.turnAway(one)).isTrue();
        }
        assertThat(admission.turnAway(one)).isFalse();
        assertThat(admission.turnAway(two)).isTrue();
        assertThat(admission.admit(one)).as("both kinds are counted").isEqualTo(SOURCE_FULL);
        for (int i = 0; i < 10; i++) {
            admission.leaveTurnedAway(one);
        }
        admission.leaveTurnedAway(two);
        admission.leave(one);
        assertThat(admission.taken()).isZero();
        assertThat(admission.sources()).isZero();
    }

    @Test
    void shouldBoundThoseThatAreTurnedAwayInAll() throws UnknownHostException {
        final Admission admission = new Admission(new AdmissionLimits(1, 1, 2));
        assertThat(admission.turnAway(source("192.0.2.1"))).isTrue();
        assertThat(admission.turnAway(source("192.0.2.1"))).isFalse();
        assertThat(admission.turnAway(source("192.0.2.2"))).isTrue();
        assertThat(admission.turnAway(source("192.0.2.3"))).isFalse();
        assertThat(admission.sources()).isEqualTo(2);
    }

    @Test
    void shouldKeepItsBoundsWhereSeveralThreadsAsk() throws InterruptedException, UnknownHostException {
        final Admission admission = new Admission(new AdmissionLimits(3, 2, 10));
        final long[] sources = {source("192.0.2.1"), source("192.0.2.2")};
        final AtomicInteger[] held = {new AtomicInteger(), new AtomicInteger()};
        final AtomicInteger broken = new AtomicInteger();
        final AtomicInteger admitted = new AtomicInteger();
        final List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    final int which = i & 1;
                    if (admission.admit(sources[which]) == ADMITTED) {
                        admitted.incrementAndGet();
                        if (held[which].incrementAndGet() > 2) {
                            broken.incrementAndGet();
                        }
                        held[which].decrementAndGet();
                        admission.leave(sources[which]);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (final Thread thread : threads) {
            thread.join();
        }
        assertThat(broken).hasValue(0);
        assertThat(admitted).hasPositiveValue();
        assertThat(admission.taken()).isZero();
        assertThat(admission.sources()).isZero();
    }
}
