package io.godwit.reactor;

import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.AdmissionLimits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import java.time.Duration;

/** Terms for tests, where only some of them matter. */
public final class Limits {

    private Limits() {}

    /** {@return limits with which a message that does not fit is dropped, and nothing else happens, however long it waits} */
    public static EndpointLimits of(
            final ProtocolLimits protocol, final int soft, final int max, final int fragmentBytes) {
        final OutboundLimits outbound =
                new OutboundLimits(soft, max, SlowConsumerPolicy.DROP_NEWEST, Duration.ofHours(1));
        return new EndpointLimits(
                protocol, EndpointLimits.DEFAULT.rate(), outbound, EndpointLimits.DEFAULT.mailbox(), fragmentBytes);
    }

    /** {@return options for so many connections, all of them from one address if they like} */
    public static ServerOptions connections(final int max, final int backlog) {
        return CheckedServer.PATIENT.withAdmission(new AdmissionLimits(max, max, backlog));
    }
}
