package io.godwit.reactor.endpoint;

import io.godwit.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A plain HTTP answer, after which the connection is closed. Immutable; may be shared by all requests.
 *
 * @param status 200 to 599
 * @param contentType of the body
 * @param body not to be changed afterwards
 * @param headers besides Content-Type, Content-Length, Transfer-Encoding, Connection and Date, which are the server's
 */
public record HttpAnswer(int status, String contentType, byte[] body, HttpHeaders headers) {

    private static final List<String> OWN_HEADERS =
            List.of("Content-Type", "Content-Length", "Transfer-Encoding", "Connection", "Date");

    /**
     * Checks the status and the names of the headers.
     *
     * @param status 200 to 599
     * @param contentType of the body
     * @param body retained
     * @param headers besides those that go with every answer
     * @throws IllegalArgumentException for any other status, a content type that may not stand in a head, or a header that
     *     belongs to the server
     */
    public HttpAnswer {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status " + status + " is not between 200 and 599");
        }
        // Told to who makes the answer, rather than to the client, with 500.
        HttpHeaders.EMPTY.with("Content-Type", Objects.requireNonNull(contentType, "contentType"));
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(headers, "headers");
        for (final String name : OWN_HEADERS) {
            if (headers.first(name) != null) {
                throw new IllegalArgumentException(name + " belongs to the server");
            }
        }
    }

    /**
     * Answers with plain text.
     *
     * @param status 200 to 599
     * @param text a newline is added
     * @return the answer
     */
    public static HttpAnswer text(final int status, final String text) {
        Objects.requireNonNull(text, "text");
        return of(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Answers with any content.
     *
     * @param status 200 to 599
     * @param contentType of the body
     * @param body not to be changed afterwards
     * @return the answer
     */
    public static HttpAnswer of(final int status, final String contentType, final byte[] body) {
        return new HttpAnswer(status, contentType, body, HttpHeaders.EMPTY);
    }

    /**
     * Adds a header field.
     *
     * @param name its name
     * @param value its value
     * @return a copy of this answer with it
     * @throws IllegalArgumentException if either may not stand in a head, or the header belongs to the server
     */
    public HttpAnswer withHeader(final String name, final String value) {
        return new HttpAnswer(status, contentType, body, headers.with(name, value));
    }
}
