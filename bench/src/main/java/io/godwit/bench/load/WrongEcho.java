package io.godwit.bench.load;

/** A server did not answer as it has to: what is measured then is worth nothing, and the load ends. */
public final class WrongEcho extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Tells what was wrong.
     *
     * @param message connection, message, and what came in its place
     */
    public WrongEcho(final String message) {
        super(message);
    }
}
