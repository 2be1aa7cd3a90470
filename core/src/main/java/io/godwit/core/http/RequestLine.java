package io.godwit.core.http;

/** {@code method SP request-target SP HTTP-version CRLF} (RFC 9112 §3): single spaces, no other whitespace. */
final class RequestLine implements StartLine {
    /** §2.2 asks to ignore at least one; a client that ends a body with CRLF sends no more than that. */
    private static final int EMPTY_LINES_MAX = 4;

    private enum State {
        BEFORE,
        EMPTY_LINE_CR,
        METHOD,
        TARGET,
        VERSION,
        CR,
        DONE
    }

    private final ByteStore store;
    private State state = State.BEFORE;
    private int emptyLines;
    private String method;
    private String target;
    private String version;

    RequestLine(final ByteStore store) {
        this.store = store;
    }

    @Override
    public HttpViolation take(final int b) {
        if (b == '\n' && state != State.CR && state != State.EMPTY_LINE_CR) {
            return HttpViolation.BARE_LF;
        }
        switch (state) {
            case BEFORE:
                return takeFirst(b);
            case EMPTY_LINE_CR:
                state = State.BEFORE;
                return b == '\n' ? null : HttpViolation.BARE_CR;
            case METHOD:
                return takeMethod(b);
            case TARGET:
                return takeTarget(b);
            case VERSION:
                return takeVersion(b);
            default:
                return takeLineFeed(b);
        }
    }

    private HttpViolation takeFirst(final int b) {
        if (b == '\r') {
            state = State.EMPTY_LINE_CR;
            return ++emptyLines > EMPTY_LINES_MAX ? HttpViolation.EMPTY_LINES_TOO_MANY : null;
        }
        state = State.METHOD;
        return takeMethod(b);
    }

    private HttpViolation takeMethod(final int b) {
        if (HttpChars.isToken(b)) {
            store.append(b);
            return null;
        }
        if (b == ' ' && store.length() > 0) {
            method = store.takeText();
            state = State.TARGET;
            return null;
        }
        return b == '\r' ? HttpViolation.REQUEST_LINE_INVALID : HttpViolation.METHOD_INVALID;
    }

    private HttpViolation takeTarget(final int b) {
        if (HttpChars.isTarget(b)) {
            store.append(b);
            return null;
        }
        if (b == ' ' && store.length() > 0) {
            target = store.takeText();
            state = State.VERSION;
            return null;
        }
        return b == '\r' ? HttpViolation.REQUEST_LINE_INVALID : HttpViolation.TARGET_INVALID;
    }

    private HttpViolation takeVersion(final int b) {
        if (store.length() == HttpVersion.LENGTH) {
            version = store.takeText();
            state = State.CR;
            return b == '\r' ? null : HttpViolation.VERSION_INVALID;
        }
        final HttpViolation violation = HttpVersion.judge(store.length(), b);
        store.append(b);
        return violation;
    }

    /** The target's form is judged only now: with "PRI * HTTP/2.0" it is the version that tells what is wrong. */
    private HttpViolation takeLineFeed(final int b) {
        state = State.DONE;
        if (b != '\n') {
            return HttpViolation.BARE_CR;
        }
        return RequestTarget.isServed(target) ? null : HttpViolation.TARGET_INVALID;
    }

    @Override
    public boolean isDone() {
        return state == State.DONE;
    }

    String method() {
        return method;
    }

    String target() {
        return target;
    }

    String version() {
        return version;
    }
}
