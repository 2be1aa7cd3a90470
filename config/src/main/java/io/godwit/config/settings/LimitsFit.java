package io.godwit.config.settings;

import io.godwit.config.settings.SettingType.Whole;
import io.godwit.core.frame.FrameWriter;
import io.godwit.reactor.endpoint.RateLimits;

/**
 * Judges whether limits that are right each by itself fit each other, as far as they are readable. What the
 * records of the embedding API refuse is said here in the terms of the file, before anything is made of it; and some limits
 * that those allow, though one of them could never be reached.
 */
final class LimitsFit {
    private final Mistakes mistakes;

    LimitsFit(final Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /**
     * Judges the limits of an endpoint.
     *
     * @param values of one endpoint
     */
    void judgeEndpoint(final TableValues values) {
        judgeOutbound(values);
        judgeFrames(values);
        judgeRate(values);
    }

    /** What may wait for a client. */
    private void judgeOutbound(final TableValues values) {
        if (!OutboundNeed.isKnown(values)) {
            return;
        }
        final OutboundNeed need = OutboundNeed.of(values);
        final long message = values.whole(EndpointKey.MESSAGE_BYTES_MAX);
        final long least = need.forMessage(message);
        final long most = range(EndpointKey.OUTBOUND_BYTES_MAX).max();
        if (least > most) {
            final String why = "with outbound-bytes-soft it has to fit into what outbound-bytes-max can be";
            addTooLarge(EndpointKey.MESSAGE_BYTES_MAX, values, need.messageWithin(most), why);
        } else if (values.reads(EndpointKey.OUTBOUND_BYTES_MAX)
                && values.whole(EndpointKey.OUTBOUND_BYTES_MAX) < least) {
            final String why = "outbound-bytes-soft and one message of message-bytes-max have to fit";
            addTooSmall(EndpointKey.OUTBOUND_BYTES_MAX, values, least, why);
        }
    }

    /** What a message may be cut into: neither limit may keep the other from ever being reached. */
    private void judgeFrames(final TableValues values) {
        if (!values.reads(EndpointKey.MESSAGE_BYTES_MAX)
                || !values.reads(EndpointKey.FRAME_BYTES_MAX)
                || !values.reads(EndpointKey.FRAGMENTS_MAX)) {
            return;
        }
        final long message = values.whole(EndpointKey.MESSAGE_BYTES_MAX);
        final long frame = values.whole(EndpointKey.FRAME_BYTES_MAX);
        final long fragments = values.whole(EndpointKey.FRAGMENTS_MAX);
        if (frame > message) {
            final String why = "it has to fit into message-bytes-max";
            addTooLarge(EndpointKey.FRAME_BYTES_MAX, values, message, why);
        } else if (frame * fragments < message) {
            final String why = "a message of message-bytes-max has to fit into fragments-max frames";
            addTooSmall(EndpointKey.FRAME_BYTES_MAX, values, (message + fragments - 1) / fragments, why);
        }
    }

    /** Whoever sends the longest message at once must not be closed for it. */
    private void judgeRate(final TableValues values) {
        if (!values.reads(EndpointKey.MESSAGE_BYTES_MAX)
                || !values.reads(EndpointKey.BYTES_PER_SECOND_MAX)
                || !values.reads(EndpointKey.RATE_ACTION)
                || values.choice(EndpointKey.RATE_ACTION, RateLimits.Action.class) != RateLimits.Action.CLOSE) {
            return;
        }
        final long least = values.whole(EndpointKey.MESSAGE_BYTES_MAX) + FrameWriter.HEADER_BYTES_MAX;
        if (values.whole(EndpointKey.BYTES_PER_SECOND_MAX) < least) {
            final String why = "where rate-action is \"close\" one message of message-bytes-max has to fit";
            addTooSmall(EndpointKey.BYTES_PER_SECOND_MAX, values, least, why);
        }
    }

    /**
     * Judges what all connections together may take.
     *
     * @param values of the table of the server
     */
    void judgeServer(final TableValues values) {
        if (!values.reads(ServerKey.CONNECTIONS_MAX) || !values.reads(ServerKey.CONNECTIONS_PER_ADDRESS_MAX)) {
            return;
        }
        final long all = values.whole(ServerKey.CONNECTIONS_MAX);
        if (values.whole(ServerKey.CONNECTIONS_PER_ADDRESS_MAX) > all) {
            final String why = "it has to fit into connections-max";
            addTooLarge(ServerKey.CONNECTIONS_PER_ADDRESS_MAX, values, all, why);
        }
    }

    /**
     * Judges what a head may take.
     *
     * @param values of the table of HTTP
     */
    void judgeHttp(final TableValues values) {
        if (!values.reads(HttpKey.HEAD_BYTES_MAX) || !values.reads(HttpKey.REQUEST_LINE_BYTES_MAX)) {
            return;
        }
        final long head = values.whole(HttpKey.HEAD_BYTES_MAX);
        final long line = values.whole(HttpKey.REQUEST_LINE_BYTES_MAX);
        if (head >= line) {
            return;
        }
        if (values.isGiven(HttpKey.HEAD_BYTES_MAX)) {
            final String why = "request-line-bytes-max has to fit";
            addTooSmall(HttpKey.HEAD_BYTES_MAX, values, line, why);
        } else {
            final String why = "it has to fit into head-bytes-max";
            addTooLarge(HttpKey.REQUEST_LINE_BYTES_MAX, values, head, why);
        }
    }

    /**
     * Judges what a loop may hold.
     *
     * @param values of the table of loops
     */
    void judgeLoop(final TableValues values) {
        final long least = BudgetNeed.of(values.file());
        if (values.reads(LoopKey.BUFFERED_BYTES_MAX) && values.whole(LoopKey.BUFFERED_BYTES_MAX) < least) {
            final String why = "four times the longest message-bytes-max has to fit";
            addTooSmall(LoopKey.BUFFERED_BYTES_MAX, values, least, why);
        }
    }

    private void addTooSmall(final SettingKey key, final TableValues values, final long least, final String why) {
        final Whole range = range(key);
        add(key, values, "is too small", new Whole(range.unit(), least, range.max()), why);
    }

    private void addTooLarge(final SettingKey key, final TableValues values, final long most, final String why) {
        final Whole range = range(key);
        add(key, values, "is too large", new Whole(range.unit(), range.min(), most), why);
    }

    private void add(
            final SettingKey key, final TableValues values, final String wrong, final Whole fitting, final String why) {
        final String told = values.whole(key) + " " + wrong;
        mistakes.add(values.placeOf(key), key.fullName(), told, fitting.allowed() + ", since " + why);
    }

    private static Whole range(final SettingKey key) {
        return (Whole) key.type();
    }
}
