package io.godwit.reactor.endpoint;

/** What a load balancer wants to know of a server. */
public enum ServerHealth {
    /** It accepts connections, and all is well. */
    SERVING,
    /** It accepts none any more; those that are open live on for a while, or are being ended. */
    DRAINING,
    /**
     * It serves, but an error has ended one of its threads within the last minute, and another has taken over; or a loop has
     * been held up for longer than {@link Threads#blockedLoopWarning}.
     */
    FAILING,
    /** It was not started, has come to its end, or is being ended by errors past its bound of restarts. */
    DOWN
}
