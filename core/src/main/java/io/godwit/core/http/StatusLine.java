package io.godwit.core.http;

/** {@code HTTP-version SP status-code SP [ reason-phrase ] CRLF} (RFC 9112 §4); statuses from 100 to 599. */
final class StatusLine implements StartLine {
    private static final int STATUS_DIGITS = 3;

    private enum State {
        VERSION,
        STATUS,
        REASON,
        CR,
        DONE
    }

    private final ByteStore store;
    private State state = State.VERSION;
    private boolean isHttp10;
    private int status;
    private String reason;

    StatusLine(final ByteStore store) {
        this.store = store;
    }

    @Override
    public HttpViolation take(final int b) {
        if (b == '\n' && state != State.CR) {
            return HttpViolation.BARE_LF;
        }
        switch (state) {
            case VERSION:
                return takeVersion(b);
            case STATUS:
                return takeStatus(b);
            case REASON:
                return takeReason(b);
            default:
                state = State.DONE;
                return b == '\n' ? null : HttpViolation.BARE_CR;
        }
    }

    private HttpViolation takeVersion(final int b) {
        if (store.length() == HttpVersion.LENGTH) {
            isHttp10 = HttpVersion.HTTP_1_0.equals(store.takeText());
            state = State.STATUS;
            return b == ' ' ? null : HttpViolation.STATUS_LINE_INVALID;
        }
        final HttpViolation violation = HttpVersion.judge(store.length(), b);
        store.append(b);
        return violation;
    }

    private HttpViolation takeStatus(final int b) {
        if (store.length() == STATUS_DIGITS) {
            status = Integer.parseInt(store.takeText());
            state = State.REASON;
            return b == ' ' ? null : HttpViolation.STATUS_LINE_INVALID;
        }
        if (!HttpChars.isDigit(b)) {
            return HttpViolation.STATUS_LINE_INVALID;
        }
        // RFC 9110 §15: classes 1 to 5. §15.2: HTTP/1.0 has no interim statuses, so it cannot switch protocols.
        if (store.length() == 0 && (b < '1' || b > '5' || b == '1' && isHttp10)) {
            return HttpViolation.STATUS_LINE_INVALID;
        }
        store.append(b);
        return null;
    }

    private HttpViolation takeReason(final int b) {
        if (b == '\r') {
            reason = store.takeText();
            state = State.CR;
            return null;
        }
        if (!HttpChars.isText(b)) {
            return HttpViolation.STATUS_LINE_INVALID;
        }
        store.append(b);
        return null;
    }

    @Override
    public boolean isDone() {
        return state == State.DONE;
    }

    int status() {
        return status;
    }

    String reason() {
        return reason;
    }
}
