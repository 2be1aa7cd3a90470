package io.godwit.reactor;

import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.AdmissionLimits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;

/** Terms for tests, where only some of them matter. */
public final class Limits {

    private Limits() {}

    /** {@return limits with which a message that does not fit is dropped, and nothing else happens} */
    public static EndpointLimits of(
            final ProtocolLimits protocol, final int soft, final int max, final int fragmentBytes) {
        final OutboundLimits outbound =
                OutboundLimits.DEFAULT.withBytes(soft, max).withPolicy(SlowConsumerPolicy.DROP_NEWEST);
        return new EndpointLimits(
                protocol, EndpointLimits.DEFAULT.rate(), outbound, EndpointLimits.DEFAULT.mailbox(), fragmentBytes);
    }

    /** {@return options for so many connections, all of them from one address if they like} */
    public static ServerOptions connections(final int max, final int backlog) {
        return ServerOptions.DEFAULT.withAdmission(new AdmissionLimits(max, max, backlog));
    }
}
