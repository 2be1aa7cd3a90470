package io.godwit.reactor.server;

/**
 * The ids of the connections of one place among the loops, and of those that follow it there: an id tells its loop, and a
 * number that counts up and is given once. {@link #next} is for one thread at a time.
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

    /** {@return the number of a connection of this loop} */
    long numberOf(final long id) {
        return id / loops;
    }

    /** {@return the loop of a connection} */
    static int loopOf(final long id, final int loops) {
        return (int) Math.floorMod(id, (long) loops);
    }
}
