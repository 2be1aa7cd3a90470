package io.godwit.bench.compare;

/** What one run gives. */
enum Figure {
    /** The server's CPU seconds for a million messages. */
    CPU_PER_MILLION,
    /** Messages that came back in a second. */
    MESSAGES_PER_SECOND,
    /** The server's CPU time as a part of the time. */
    SERVER_SHARE,
    /** The load's CPU time as a part of the time. */
    LOAD_SHARE,
    /** What a thread of the server waited for a processor as a part of the time: for other programs, or for each other. */
    SERVER_WAITED,
    /** What a thread of the load waited: the less, the better the figures. */
    LOAD_WAITED,
    /** What a hypervisor took, as a part of one processor. */
    STOLEN_SHARE,
    /** How many messages the load read at a time. */
    MESSAGES_PER_READ,
    /** The latency that half of the messages have at most, in microseconds. */
    P50_US,
    /** That 90 % have. */
    P90_US,
    /** That 99 % have. */
    P99_US,
    /** That 99.9 % have. */
    P999_US,
    /** That 99.99 % have. */
    P9999_US,
    /** The longest. */
    MAX_US,
    /** Messages that were due and that the server did not take. */
    UNSENT,
    /** Heap for one open connection, in bytes. */
    HEAP_BYTES
}
