package io.godwit.reactor.session;

import io.godwit.core.protocol.Role;
import io.godwit.core.protocol.WebSocketProtocol;
import io.godwit.reactor.endpoint.EndpointLimits;

/**
 * The protocols that connections of one loop take turns with, where they are served on the same terms. One that is at rest
 * is as good as a new one: so a connection has its own only while a frame, a message or its end is under way, or it has
 * paused in mid-buffer. An idle one has none. Loop only, but for {@link #limits}.
 */
final class ProtocolPool {

    /**
     * As many are kept for the next borrower, which is what lie between two reads of long messages at a time; one is enough
     * for any number of connections whose messages come whole.
     */
    static final int KEPT_MAX = 64;

    private final Sessions shared;
    private final EndpointLimits limits;
    private final boolean deliverFragments;
    private final LentProtocol[] kept = new LentProtocol[KEPT_MAX];
    private int count;

    /** Sends whole messages and control frames, after which it is at rest again: nobody needs to give it back. */
    private final WebSocketProtocol sender;

    /** Whom it has served last. */
    private WebSocketStage sending;

    /** All those have it that were at rest when their connection ended. */
    private final LentProtocol ended;

    ProtocolPool(final Sessions shared, final EndpointLimits limits, final boolean deliverFragments) {
        this.shared = shared;
        this.limits = limits;
        this.deliverFragments = deliverFragments;
        sender = make();
        ended = new LentProtocol(make());
        ended.protocol().endOfInput();
    }

    /** {@return the limits of the connections that it serves. Any thread} */
    EndpointLimits limits() {
        return limits;
    }

    private WebSocketProtocol make() {
        return WebSocketProtocol.builder(Role.SERVER, shared.inboundBuffers())
                .limits(limits.protocol())
                .fragmentBytes(limits.fragmentBytes())
                .deliverFragments(deliverFragments)
                .holdClose()
                .build();
    }

    /**
     * Lends a protocol.
     *
     * @param borrower gets what comes of it; has it until {@link #giveBack}, or for good
     * @return one at rest
     */
    LentProtocol lend(final WebSocketStage borrower) {
        final LentProtocol next;
        if (count == 0) {
            next = new LentProtocol(make());
        } else {
            next = kept[--count];
            kept[count] = null;
        }
        next.borrower(borrower);
        return next;
    }

    /**
     * Takes a protocol back.
     *
     * @param lent at rest, and not the borrower's any more
     */
    void giveBack(final LentProtocol lent) {
        lent.forgetMessage(shared.holders());
        lent.borrower(null);
        if (count < KEPT_MAX) {
            kept[count++] = lent;
        }
    }

    /**
     * Gives what a connection that has no protocol sends one message or control frame with, in a call that nothing else
     * comes of.
     *
     * @param borrower whose way out it takes
     * @return for this one call
     */
    WebSocketProtocol forSending(final WebSocketStage borrower) {
        if (sending != borrower) {
            // Nobody's until it is: were the stack to end in between, what is sent next would go to another client.
            sending = null;
            sender.serve(borrower.calls(), borrower.sendPath());
            sending = borrower;
        }
        return sender;
    }

    /**
     * Gives what an ended connection has whose protocol was at rest.
     *
     * @return a protocol that is {@link io.godwit.core.protocol.ReadyState#CLOSED}, and has received no Close: it does nothing
     *     any more, for any number of connections
     */
    LentProtocol ended() {
        return ended;
    }

    /** Lets go of a connection that has ended. */
    void forget(final WebSocketStage formerBorrower) {
        if (sending == formerBorrower) {
            sending = null;
            sender.serve(null, null);
        }
    }

    /** {@return how many it keeps now} */
    int keptCount() {
        return count;
    }
}
