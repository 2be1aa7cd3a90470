package io.godwit.reactor.endpoint;

/** Where the handler of an endpoint runs. Whichever it is, the callbacks of one connection never overlap, and keep order. */
public enum Execution {
    /** On the connection's loop: the lowest latency, no copy of what is received; it must not block. */
    LOOP,
    /**
     * On one of the server's worker threads, a different one each time: it may block, and then holds up its own connection
     * and that thread alone. What is received is copied once; while the mailbox of a connection is full it is not read.
     */
    WORKERS
}
