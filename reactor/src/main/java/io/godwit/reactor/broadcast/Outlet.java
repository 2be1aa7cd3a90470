package io.godwit.reactor.broadcast;

import io.godwit.core.message.EncodedMessage;

/** How deliveries leave by one connection. Called by its loop. */
public interface Outlet {

    /**
     * From now until {@link #finish} what is delivered gathers, to leave in one write.
     *
     * @return whether it has not been closed, and other threads have handed nothing over that has not been sent: then
     *     {@link #takes} and {@link #sendBefore} need not be called for what was published before this call
     */
    boolean begin();

    /**
     * Tells whether a publication is for it.
     *
     * @param position of the publication in the loop's log
     * @return false: it was closed before that was published, or its Close frame has been sent
     */
    boolean takes(long position);

    /**
     * Sends what was handed over to this connection before a publication, so that it goes first.
     *
     * @param position of the publication in the loop's log
     */
    void sendBefore(long position);

    /**
     * Sends a message as any other is sent, so that what holds for a slow peer holds for it.
     *
     * @param message shared with other connections
     * @return whether it was taken; where it had no room, or is too long, the handler is told
     */
    boolean deliver(EncodedMessage message);

    /**
     * Has the handler told that publications did not reach it, since its loop had too much to deliver.
     *
     * @param messages how many
     * @param bytes their length, together
     */
    void lose(int messages, long bytes);

    /** Has what has gathered leave, as much as the socket takes. */
    void finish();

    /**
     * One of the above has thrown, which is our own mistake or no memory: it costs this connection and no other.
     *
     * @param thrown what
     */
    void fail(Throwable thrown);
}
