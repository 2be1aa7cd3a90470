package io.godwit.reactor.net;

/**
 * Where a connection stands between accept and close. In good order it goes from left to right; {@link #ABORTED} cuts that
 * short at any point.
 */
enum Phase {
    /** Its stage reads and sends. */
    OPEN,
    /** Nothing more will be sent: what waits is on its way out. */
    FINISHING,
    /** The last byte has left, and our side is shut down: what still comes is discarded. */
    LINGERING,
    /** It ends at the next settling, whatever waits. */
    ABORTED,
    /** The transport is closed. */
    ENDED;

    /** What moves a connection on. */
    enum Event {
        /** The stage will send nothing more. */
        FINISH,
        /** What waited has left, and the peer may still send. */
        LAST_BYTE_LEFT,
        /** Somebody, or something, has ended it at once. */
        ABORT,
        /** The transport is being closed. */
        END
    }

    // Rows: events. Columns: phases, in their order. Null: that cannot happen there, or it is our own bug.
    private static final Phase[][] NEXT = {
        /* FINISH         */ {FINISHING, FINISHING, LINGERING, ABORTED, ENDED},
        /* LAST_BYTE_LEFT */ {null, LINGERING, null, null, null},
        /* ABORT          */ {ABORTED, ABORTED, ABORTED, ABORTED, ENDED},
        /* END            */ {null, ENDED, ENDED, ENDED, null},
    };

    Phase on(final Event event) {
        final Phase next = NEXT[event.ordinal()][ordinal()];
        if (next == null) {
            throw new IllegalStateException(event + " where a connection is " + this);
        }
        return next;
    }
}
