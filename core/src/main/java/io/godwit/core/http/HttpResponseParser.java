package io.godwit.core.http;

import java.nio.ByteBuffer;

/**
 * Reads the head of one response, for the client role, as strictly as {@link HttpRequestParser} does. How long its body
 * is, it does not judge: after a 101 there is none, and after any other status a WebSocket client reads no further. For
 * one thread.
 */
public final class HttpResponseParser {
    private final StatusLine line;
    private final FieldSection fields;
    private final HeadScanner scanner;
    private HttpResponse response;

    /**
     * Makes a parser for one head.
     *
     * @param limits what the head may take
     */
    public HttpResponseParser(final HttpLimits limits) {
        final ByteStore store = new ByteStore(limits.headBytesMax());
        line = new StatusLine(store);
        fields = new FieldSection(store, limits.headersMax(), (name, value) -> null);
        scanner = new HeadScanner(limits, line, fields);
    }

    /**
     * Takes bytes up to the end of the head, or to the byte that shows a violation; what follows stays in the buffer.
     * Once finished it takes nothing any more. Never throws for what a peer sent.
     *
     * @param in borrowed during the call; any kind of buffer, in any pieces; its position moves
     * @return true when finished: then exactly one of {@link #response} and {@link #violation} is not null
     */
    public boolean parse(final ByteBuffer in) {
        if (!scanner.scan(in)) {
            return false;
        }
        if (response == null && scanner.violation() == null) {
            response = new HttpResponse(line.status(), line.reason(), fields.headers());
        }
        return true;
    }

    /** {@return the response, or null while it is not complete or where it is malformed} */
    public HttpResponse response() {
        return response;
    }

    /** {@return what is wrong with the head, or null} */
    public HttpViolation violation() {
        return scanner.violation();
    }
}
