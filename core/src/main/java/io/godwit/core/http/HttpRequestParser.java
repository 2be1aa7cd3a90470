package io.godwit.core.http;

import java.nio.ByteBuffer;

/**
 * Reads the head of one request, incrementally and strictly: each violation is told at the byte that shows it. Its
 * memory is bounded by its limits, its work by a constant for each byte. One for each request head; garbage once the
 * upgrade is answered. For one thread. The state when input ends before {@link #parse} said true is an incomplete
 * request.
 */
public final class HttpRequestParser {
    private final RequestLine line;
    private final RequestFraming framing;
    private final FieldSection fields;
    private final HeadScanner scanner;
    private HttpRequest request;
    private HttpViolation violation;

    /**
     * Makes a parser for one head.
     *
     * @param limits what the head may take
     */
    public HttpRequestParser(final HttpLimits limits) {
        final ByteStore store = new ByteStore(limits.headBytesMax());
        line = new RequestLine(store);
        framing = new RequestFraming();
        fields = new FieldSection(store, limits.headersMax(), framing);
        scanner = new HeadScanner(limits, line, fields);
    }

    /**
     * Takes bytes up to the end of the head, or to the byte that shows a violation; what follows stays in the buffer.
     * Once finished it takes nothing any more. Never throws for what a peer sent.
     *
     * @param in borrowed during the call; any kind of buffer, in any pieces; its position moves
     * @return true when finished: then exactly one of {@link #request} and {@link #violation} is not null
     */
    public boolean parse(final ByteBuffer in) {
        if (isFinished()) {
            return true;
        }
        if (!scanner.scan(in)) {
            return false;
        }
        violation = scanner.violation() != null ? scanner.violation() : framing.judgeHead(line.version());
        if (violation == null) {
            request = new HttpRequest(line.method(), line.target(), line.version(), fields.headers());
        }
        return true;
    }

    private boolean isFinished() {
        return request != null || violation != null;
    }

    /** {@return the request, or null while it is not complete or where it is refused} */
    public HttpRequest request() {
        return request;
    }

    /** {@return why the head is refused, or null} */
    public HttpViolation violation() {
        return violation;
    }
}
