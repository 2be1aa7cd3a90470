package io.godwit.reactor.session;

import io.godwit.reactor.endpoint.EndpointLimits;

/** What a mailbox between a connection and a thread of its handler's own asks of the connection. */
public interface MailboxControl {

    /** {@return the limits of the endpoint. Any thread} */
    EndpointLimits limits();

    /** {@return whether the calling thread is the connection's loop} */
    boolean isInLoop();

    /**
     * Asks for room on the way out. Any thread.
     *
     * @param bytes how many, on the wire
     * @return whether there is, and what waits is under the soft mark, or nothing is taken any more; false: onWritable
     *     follows once there is
     */
    boolean hasRoomFor(int bytes);

    /** The mailbox is full: nothing more is delivered until {@link #mailboxDrained}. Loop only. */
    void mailboxFull();

    /** The mailbox has emptied enough to go on. Any thread. */
    void mailboxDrained();

    /** What had come before {@link AnswersLater#onLastMessage} has been dealt with. Any thread, any number of times. */
    void answered();
}
