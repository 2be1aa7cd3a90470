package io.godwit.bench.micro;

import io.godwit.reactor.endpoint.RateLimits;

/** How fast a peer may be that is there to be measured. */
final class Rates {

    /** The default, a million messages a second, would be what is measured where a message takes less than 1 us. */
    static final RateLimits UNREACHED = new RateLimits(1L << 40, 1L << 40, RateLimits.Action.THROTTLE);

    private Rates() {}
}
