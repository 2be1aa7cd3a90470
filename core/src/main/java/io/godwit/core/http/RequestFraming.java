package io.godwit.core.http;

import java.util.List;

/**
 * The fields of a request that say where it goes and how long it is: Host, Content-Length, Transfer-Encoding (RFC 9112
 * §3.2, §6). No body is read here, so that only a request that has none may pass.
 */
final class RequestFraming implements FieldRule {
    private static final int TRANSFER_CODINGS_MAX = 8;

    private boolean hasHost;
    private boolean hasContentLength;
    private boolean hasTransferEncoding;
    private boolean hasBody;

    @Override
    public HttpViolation judge(final String name, final String value) {
        if (name.equalsIgnoreCase("Host")) {
            return judgeHost(value);
        }
        if (name.equalsIgnoreCase("Content-Length")) {
            return judgeContentLength(value);
        }
        if (name.equalsIgnoreCase("Transfer-Encoding")) {
            return judgeTransferEncoding(value);
        }
        return null;
    }

    /** An empty Host is right where the target has no authority. */
    private HttpViolation judgeHost(final String value) {
        if (hasHost) {
            return HttpViolation.HOST_REPEATED;
        }
        hasHost = true;
        return value.isEmpty() || Authority.parse(value) != null ? null : HttpViolation.HOST_INVALID;
    }

    private HttpViolation judgeContentLength(final String value) {
        if (hasContentLength) {
            return HttpViolation.CONTENT_LENGTH_REPEATED;
        }
        hasContentLength = true;
        for (int i = 0; i < value.length(); i++) {
            if (!HttpChars.isDigit(value.charAt(i))) {
                return HttpViolation.CONTENT_LENGTH_INVALID;
            }
            hasBody |= value.charAt(i) != '0';
        }
        return value.isEmpty() ? HttpViolation.CONTENT_LENGTH_INVALID : null;
    }

    /** Only chunked, and only once, frames a request whose end we could know (§6.3). */
    private HttpViolation judgeTransferEncoding(final String value) {
        final List<String> codings = HeaderTokens.list(List.of(value), TRANSFER_CODINGS_MAX);
        if (codings == null) {
            return HttpViolation.TRANSFER_ENCODING_UNKNOWN;
        }
        for (final String coding : codings) {
            if (!coding.equalsIgnoreCase("chunked")) {
                return HttpViolation.TRANSFER_ENCODING_UNKNOWN;
            }
        }
        if (codings.size() != 1 || hasTransferEncoding) {
            return HttpViolation.TRANSFER_ENCODING_INVALID;
        }
        hasTransferEncoding = true;
        return null;
    }

    /** Judges what only the whole head shows: what is missing, and what does not go together. */
    HttpViolation judgeHead(final String version) {
        final boolean isHttp10 = HttpVersion.HTTP_1_0.equals(version);
        if (!hasHost && !isHttp10) {
            return HttpViolation.HOST_MISSING;
        }
        if (hasTransferEncoding && hasContentLength) {
            return HttpViolation.BODY_LENGTH_AMBIGUOUS;
        }
        if (hasTransferEncoding && isHttp10) {
            return HttpViolation.TRANSFER_ENCODING_INVALID;
        }
        return hasBody || hasTransferEncoding ? HttpViolation.BODY_UNWANTED : null;
    }
}
