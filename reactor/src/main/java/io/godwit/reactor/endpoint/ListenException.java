package io.godwit.reactor.endpoint;

import java.io.IOException;

/** An address that a server cannot listen on: it is taken, not of this machine, or unknown. The message names it, and says why. */
public final class ListenException extends IOException {
    private static final long serialVersionUID = 1;

    /** Which of the addresses, from 0. */
    private final int index;

    /**
     * Tells of an address.
     *
     * @param index which of the server's, from 0, in the order in which they were given
     * @param message names the address, and says why
     * @param cause what the system said
     */
    public ListenException(final int index, final String message, final Throwable cause) {
        super(message, cause);
        this.index = index;
    }

    /** {@return which of the server's addresses it is, from 0, in the order in which they were given} */
    public int index() {
        return index;
    }
}
