package io.godwit.core.protocol;

/**
 * The closing handshake (RFC 6455 §7.1) as two sides and a table of what moves them. Input is what the peer may still
 * tell us, output what we may still tell it; each closes for itself, and none opens again.
 */
final class ClosingHandshake {

    /** Where the peer's bytes stand. */
    enum Input {
        /** Frames come. */
        OPEN,
        /** The peer's Close frame has come: what follows it is discarded (§5.5.1). */
        CLOSE_RECEIVED,
        /** We failed the connection: what follows is discarded (§7.1.7). */
        FAILED,
        /** There are no more bytes. */
        ENDED
    }

    /** Where our frames stand. */
    enum Output {
        /** Frames may be sent. */
        OPEN,
        /** Our Close frame has been sent: nothing may follow it (§5.5.1). */
        CLOSE_SENT,
        /** Nothing will be sent, and there was no Close frame: it had no room, or the peer was gone first. */
        CUT_OFF
    }

    /** What happens. */
    enum Event {
        /** Our Close frame was handed to the output. */
        CLOSE_SENT,
        /** Our Close frame had no room. */
        CLOSE_LOST,
        /** The peer's Close frame was received. */
        CLOSE_RECEIVED,
        /** The connection is failed. */
        FAILED,
        /** The peer's bytes have ended. */
        INPUT_ENDED
    }

    // Rows: events. Columns: states, in their order. Null: that cannot happen there, or it is our own bug.
    private static final Input[][] INPUT = {
        /* CLOSE_SENT     */ {Input.OPEN, Input.CLOSE_RECEIVED, Input.FAILED, null},
        /* CLOSE_LOST     */ {Input.OPEN, Input.CLOSE_RECEIVED, Input.FAILED, null},
        /* CLOSE_RECEIVED */ {Input.CLOSE_RECEIVED, null, null, null},
        /* FAILED         */ {Input.FAILED, null, null, null},
        /* INPUT_ENDED    */ {Input.ENDED, Input.ENDED, Input.ENDED, Input.ENDED},
    };
    private static final Output[][] OUTPUT = {
        /* CLOSE_SENT     */ {Output.CLOSE_SENT, null, null},
        /* CLOSE_LOST     */ {Output.CUT_OFF, null, null},
        /* CLOSE_RECEIVED */ {Output.OPEN, Output.CLOSE_SENT, Output.CUT_OFF},
        /* FAILED         */ {Output.OPEN, Output.CLOSE_SENT, Output.CUT_OFF},
        /* INPUT_ENDED    */ {Output.CUT_OFF, Output.CLOSE_SENT, Output.CUT_OFF},
    };

    private Input input = Input.OPEN;
    private Output output = Output.OPEN;

    Input input() {
        return input;
    }

    Output output() {
        return output;
    }

    void on(final Event event) {
        final Input nextInput = INPUT[event.ordinal()][input.ordinal()];
        final Output nextOutput = OUTPUT[event.ordinal()][output.ordinal()];
        if (nextInput == null || nextOutput == null) {
            throw new IllegalStateException(event + " where input is " + input + " and output is " + output);
        }
        input = nextInput;
        output = nextOutput;
    }

    boolean isInputOpen() {
        return input == Input.OPEN;
    }

    boolean isOutputOpen() {
        return output == Output.OPEN;
    }

    boolean isOpen() {
        return input == Input.OPEN && output == Output.OPEN;
    }

    ReadyState readyState() {
        if (isOpen()) {
            return ReadyState.OPEN;
        }
        final boolean both = input == Input.CLOSE_RECEIVED && output == Output.CLOSE_SENT;
        return both || input == Input.ENDED ? ReadyState.CLOSED : ReadyState.CLOSING;
    }
}
