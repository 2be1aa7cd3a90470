package io.godwit.bench.flood;

/** How a flood reaches the connection. */
enum Way {
    /** It is sent to it, from another thread. */
    SEND,
    /** It is published to a topic that it is subscribed to. */
    TOPIC
}
