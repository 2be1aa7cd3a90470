package io.godwit.reactor.net;

/** Why a connection is not read. It is read while there is no reason not to. */
public enum PauseReason {
    /** Its handler asked for it. */
    HANDLER,
    /** Too much waits for its socket: an echo to a slow peer must not pile up here. */
    BACKLOG,
    /** Its opening handshake waits for the endpoint's decision: what comes is kept, and the stage is told of the end only. */
    UPGRADE,
    /** Its handler, which does not run on the loop, does not keep up. */
    MAILBOX,
    /** The peer sends faster than it may. */
    RATE,
    /** The loop has no memory for what may come, and tells it once there is some. */
    MEMORY,
    /** The server goes down: what has come before is still answered. */
    LEAVING,
    /** What its handler publishes comes faster than it is delivered. */
    TOPICS;

    int bit() {
        return 1 << ordinal();
    }
}
