package io.godwit.bench.arrivals;

import io.godwit.reactor.endpoint.Timeouts;
import java.time.Duration;

/**
 * What one run is to show.
 *
 * @param connections how many arrive at once
 * @param silentPercent so many in a hundred never answer
 * @param timeouts how long they may take
 * @param time how long they are watched
 * @param jitter whether the times of each connection are a little different, as a server has them, or all alike
 */
record Terms(int connections, int silentPercent, Timeouts timeouts, Duration time, boolean jitter) {

    /** {@return whether a connection is one of those that never answer, spread evenly} */
    boolean isSilent(final int index) {
        return (long) (index + 1) * silentPercent / 100 > (long) index * silentPercent / 100;
    }
}
