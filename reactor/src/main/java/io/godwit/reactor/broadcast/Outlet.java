package io.godwit.reactor.broadcast;

import io.godwit.core.message.EncodedMessage;

/** How deliveries leave by one connection. Called by its loop. */
public interface Outlet {

    /** From now until {@link #finish} what is delivered gathers, to leave in one write. */
    void begin();

    /**
     * Sends a message as any other is sent, so that what holds for a slow peer holds for it.
     *
     * @param message shared with other connections
     * @return whether it was taken
     */
    boolean deliver(EncodedMessage message);

    /** Has what has gathered leave, as much as the socket takes. */
    void finish();

    /**
     * One of the above has thrown, which is our own mistake or no memory: it costs this connection and no other.
     *
     * @param thrown what
     */
    void fail(Throwable thrown);
}
