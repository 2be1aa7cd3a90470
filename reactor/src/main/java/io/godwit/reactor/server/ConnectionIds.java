package io.godwit.reactor.server;

/**
 * The ids of the connections of one place among the loops, and of those that follow it there: an id tells its loop. For one
 * thread at a time.
 */
final class ConnectionIds {

    private final int index;
    private final int loops;
    private long count;

    ConnectionIds(final int index, final int loops) {
        this.index = index;
        this.loops = loops;
    }

    long next() {
        return index + ++count * loops;
    }

    /** {@return the loop of a connection} */
    static int loopOf(final long id, final int loops) {
        return (int) Math.floorMod(id, (long) loops);
    }
}
