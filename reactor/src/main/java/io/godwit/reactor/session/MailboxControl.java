package io.godwit.reactor.session;

import io.godwit.reactor.endpoint.EndpointLimits;

/** What a mailbox between a connection and a thread of its handler's own asks of the connection. */
public interface MailboxControl {

    /** {@return the limits of the endpoint. Any thread} */
    EndpointLimits limits();

    /** {@return whether the calling thread is the connection's loop} */
    boolean isInLoop();

    /** The mailbox is full: nothing more is delivered until {@link #mailboxDrained}. Loop only. */
    void mailboxFull();

    /** The mailbox has emptied enough to go on. Any thread. */
    void mailboxDrained();
}
