package io.godwit.reactor.server;

import io.godwit.reactor.loop.RationedLog;
import io.godwit.reactor.net.Connection;

/**
 * Ends all connections of a loop that comes to its end. What memory is out for is tried again here, since there is no next
 * cycle that could. Loop only.
 */
final class CutOff {

    private static final RationedLog LOG = new RationedLog();

    /** The end of each gives memory back; what is missing then is missing for good. */
    private static final int TRIES_MAX = 100;

    private CutOff() {}

    /**
     * Ends them, each with its onClose.
     *
     * @param connections none are added meanwhile
     */
    static void all(final Connections connections) {
        for (int i = 0; i < TRIES_MAX && !connections.isEmpty(); i++) {
            tryAll(connections);
        }
        if (!connections.isEmpty()) {
            LOG.log(System.Logger.Level.ERROR, "connections did not come to their end when their loop did");
        }
    }

    private static void tryAll(final Connections connections) {
        try {
            for (final Connection connection : connections) {
                end(connection);
            }
        } catch (final OutOfMemoryError e) {
            // Not even for a walk over them: the next try begins anew.
        }
    }

    /** One that has ended, and could not tell all of it, tells the rest. */
    private static void end(final Connection connection) {
        try {
            connection.abort(null);
            connection.settleNow();
        } catch (final RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a connection did not come to its end", e);
        }
    }
}
