package io.godwit.reactor.broadcast;

/**
 * Publications that a loop's log had no place for: its subscribers have not got them, and are told. Immutable.
 *
 * @param position where in the log they would have been
 * @param messages how many
 * @param bytes their length, together
 * @param earlier null: none
 */
record Gap(long position, int messages, long bytes, Gap earlier) {

    /** {@return a gap with one more} */
    static Gap with(final Gap last, final long position, final int bytes) {
        // While a log is full its head stays where it is: the gap is one, however much is lost.
        return last != null && last.position == position
                ? new Gap(position, last.messages + 1, last.bytes + bytes, last.earlier)
                : new Gap(position, 1, bytes, last);
    }
}
