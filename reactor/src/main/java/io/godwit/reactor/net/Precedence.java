package io.godwit.reactor.net;

/** How what is sent stands to what waits already. */
public enum Precedence {
    /** A whole message: it leaves in its turn, and an endpoint's policy may drop it while it waits. */
    MESSAGE,
    /** It leaves in its turn, whatever happens: one frame of a message in fragments, an HTTP answer. */
    IN_TURN,
    /** As {@link #IN_TURN}, with some room over the limit: a control frame that has its place among the messages. */
    CONTROL,
    /** As {@link #CONTROL}, and there is room in any case, since nothing follows it: a Close frame. */
    LAST,
    /** It goes ahead of all that has not begun to leave, with some room over the limit. */
    AHEAD,
    /** As {@link #AHEAD}, and the next one takes its place: of several Pongs the latest suffices (RFC 6455 §5.5.3). */
    PONG;

    boolean goesAhead() {
        return this == AHEAD || this == PONG;
    }

    boolean isOverTheLimit() {
        return this == CONTROL || this == LAST || goesAhead();
    }
}
