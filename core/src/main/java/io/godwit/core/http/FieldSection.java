package io.godwit.core.http;

import java.util.Arrays;

/** The field lines of a head and the empty line after them (RFC 9112 §5), byte by byte. */
final class FieldSection {
    private static final int INITIAL_FIELDS = 16;

    private enum State {
        LINE_START,
        NAME,
        BEFORE_VALUE,
        VALUE,
        VALUE_CR,
        END_CR,
        DONE
    }

    private final ByteStore store;
    private final int fieldsMax;
    private final FieldRule rule;
    private State state = State.LINE_START;
    private String name;
    private String[] fields = new String[2 * INITIAL_FIELDS];
    private int count;

    FieldSection(final ByteStore store, final int fieldsMax, final FieldRule rule) {
        this.store = store;
        this.fieldsMax = fieldsMax;
        this.rule = rule;
    }

    /** Takes a byte: the violation that it shows, or null. Not called any more once there was one, or when done. */
    HttpViolation take(final int b) {
        if (b == '\n' && state != State.VALUE_CR && state != State.END_CR) {
            return HttpViolation.BARE_LF;
        }
        switch (state) {
            case LINE_START:
                return takeFirst(b);
            case NAME:
                return takeName(b);
            case BEFORE_VALUE:
                if (HttpChars.isWhitespace(b)) {
                    return null;
                }
                state = State.VALUE;
                return takeValue(b);
            case VALUE:
                return takeValue(b);
            case VALUE_CR:
                state = State.LINE_START;
                return b == '\n' ? endField() : HttpViolation.BARE_CR;
            default:
                state = State.DONE;
                return b == '\n' ? null : HttpViolation.BARE_CR;
        }
    }

    private HttpViolation takeFirst(final int b) {
        if (b == '\r') {
            state = State.END_CR;
            return null;
        }
        if (HttpChars.isWhitespace(b)) {
            return HttpViolation.OBS_FOLD;
        }
        if (count == fieldsMax) {
            return HttpViolation.FIELDS_TOO_MANY;
        }
        state = State.NAME;
        return takeName(b);
    }

    private HttpViolation takeName(final int b) {
        if (HttpChars.isToken(b)) {
            store.append(b);
            return null;
        }
        if (b == ':' && store.length() > 0) {
            name = store.takeText();
            state = State.BEFORE_VALUE;
            return null;
        }
        return HttpChars.isWhitespace(b) ? HttpViolation.WHITESPACE_BEFORE_COLON : HttpViolation.FIELD_NAME_INVALID;
    }

    private HttpViolation takeValue(final int b) {
        if (b == '\r') {
            state = State.VALUE_CR;
            return null;
        }
        if (!HttpChars.isText(b)) {
            return HttpViolation.FIELD_VALUE_INVALID;
        }
        store.append(b);
        return null;
    }

    private HttpViolation endField() {
        final String value = store.takeTextTrimmed();
        if (2 * count == fields.length) {
            fields = Arrays.copyOf(fields, 2 * fields.length);
        }
        fields[2 * count] = name;
        fields[2 * count + 1] = value;
        count++;
        return rule.judge(name, value);
    }

    boolean isDone() {
        return state == State.DONE;
    }

    HttpHeaders headers() {
        return new HttpHeaders(Arrays.copyOf(fields, 2 * count));
    }
}
