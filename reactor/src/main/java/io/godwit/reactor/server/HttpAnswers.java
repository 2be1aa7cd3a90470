package io.godwit.reactor.server;

import io.godwit.core.handshake.HandshakeRefusal;
import io.godwit.core.http.HttpHeaders;
import io.godwit.core.http.HttpResponse;
import io.godwit.reactor.endpoint.HttpAnswer;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The answers of the server's own making, and how an answer goes out (RFC 9110). */
final class HttpAnswers {

    static final HttpAnswer FULL = HttpAnswer.text(503, "the server is full").withHeader("Retry-After", "5");
    static final HttpAnswer OVERLOADED =
            HttpAnswer.text(503, "the server has no memory for this").withHeader("Retry-After", "5");
    static final HttpAnswer ADDRESS_FULL = HttpAnswer.text(503, "there are too many connections from your address")
            .withHeader("Retry-After", "5");
    static final HttpAnswer GOING_DOWN =
            HttpAnswer.text(503, "the server is going down").withHeader("Retry-After", "5");
    static final HttpAnswer UNDECIDED = HttpAnswer.text(503, "the decision on this request took too long");
    static final HttpAnswer GONE = HttpAnswer.text(400, "the client has ended its side before its request was decided");
    static final HttpAnswer UPGRADE_REQUIRED = HttpAnswer.text(426, "this is a WebSocket endpoint")
            .withHeader("Upgrade", "websocket")
            .withHeader("Sec-WebSocket-Version", "13");
    static final HttpAnswer METHOD_NOT_ALLOWED =
            HttpAnswer.text(405, "only GET and HEAD are served here").withHeader("Allow", "GET, HEAD");
    static final HttpAnswer TIMED_OUT = HttpAnswer.text(408, "the request did not come in time");
    static final HttpAnswer FAILED = HttpAnswer.text(500, "the server failed to answer");

    private static final byte[] NOTHING = {};

    private static final DateTimeFormatter IMF_FIXDATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    private HttpAnswers() {}

    static HttpAnswer of(final HandshakeRefusal refusal) {
        HttpAnswer answer = HttpAnswer.text(refusal.status(), refusal.text());
        for (int i = 0; i < refusal.headers().size(); i++) {
            answer = answer.withHeader(
                    refusal.headers().name(i), refusal.headers().value(i));
        }
        return answer;
    }

    /** {@return what goes out before {@link #body}} */
    static byte[] head(final HttpAnswer answer) {
        HttpHeaders headers = answer.headers().with("Date", IMF_FIXDATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
        final boolean hasContent = hasContent(answer.status());
        if (hasContent) {
            headers = headers.with("Content-Type", answer.contentType())
                    .with("Content-Length", Integer.toString(answer.body().length));
        }
        // §7.8: who sends Upgrade lists it in Connection.
        headers = headers.with("Connection", headers.first("Upgrade") == null ? "close" : "close, Upgrade");
        return new HttpResponse(answer.status(), HttpResponse.reasonOf(answer.status()), headers).encode();
    }

    /** {@return the answer's own array, which is not to be changed; empty if no body goes out} */
    static byte[] body(final HttpAnswer answer, final boolean headOnly) {
        return headOnly || !hasContent(answer.status()) ? NOTHING : answer.body();
    }

    /** §15.3.5, §15.3.6, §15.4.5. */
    private static boolean hasContent(final int status) {
        return status != 204 && status != 205 && status != 304;
    }
}
