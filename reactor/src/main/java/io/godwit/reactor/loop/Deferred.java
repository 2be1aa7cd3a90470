package io.godwit.reactor.loop;

import java.nio.channels.SelectionKey;

/**
 * Keys that a select has found ready, and for which there was no time left: they come first in the next cycle, in their order,
 * and nothing is selected before all of them had their turn. So each is here once, and none waits for others that are ready
 * again. What does not fit is found again by the next select, since a selector tells what is ready, not what has changed. Loop
 * only.
 */
final class Deferred {

    /** As many as one select of the JDK finds. */
    private static final int KEYS_MAX = 1_024;

    private final SelectionKey[] keys = new SelectionKey[KEYS_MAX];
    private int first;
    private int end;

    boolean isEmpty() {
        return first == end;
    }

    /** Keeps a key for the next cycle. */
    void add(final SelectionKey key) {
        if (end < KEYS_MAX) {
            keys[end++] = key;
        }
    }

    /** {@return the key whose turn it is; not if {@link #isEmpty}} */
    SelectionKey take() {
        final SelectionKey key = keys[first];
        keys[first++] = null;
        if (first == end) {
            first = 0;
            end = 0;
        }
        return key;
    }
}
