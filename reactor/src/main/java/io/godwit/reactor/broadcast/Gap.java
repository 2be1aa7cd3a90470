package io.godwit.reactor.broadcast;

/**
 * Publications that a loop's log had no place for: the subscribers to one topic have not got them, and are told. Immutable.
 *
 * @param messages how many
 * @param bytes their length, together
 */
record Gap(long messages, long bytes) {

    static final Gap NONE = new Gap(0, 0);

    boolean isNone() {
        return messages == 0;
    }

    /** {@return both} */
    Gap plus(final Gap other) {
        return new Gap(messages + other.messages, bytes + other.bytes);
    }

    /** {@return what is left of it without a part of it; itself, if that is none} */
    Gap minus(final Gap part) {
        return part.isNone() ? this : new Gap(messages - part.messages, bytes - part.bytes);
    }
}
