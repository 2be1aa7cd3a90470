package io.godwit.core.http;

/**
 * {@code HTTP/1.1} and {@code HTTP/1.0} (RFC 9112 §2.3). RFC 9110 §2.5 would have a later 1.x read as 1.1; there is
 * none, and who announces one is not a client that we know.
 */
final class HttpVersion {
    static final String HTTP_1_1 = "HTTP/1.1";
    static final String HTTP_1_0 = "HTTP/1.0";
    static final int LENGTH = 8;

    private HttpVersion() {}

    static boolean isSupported(final String version) {
        return HTTP_1_1.equals(version) || HTTP_1_0.equals(version);
    }

    /** Judges one byte at its place, 0 to 7: the violation, or null. */
    static HttpViolation judge(final int index, final int b) {
        switch (index) {
            case 5:
                return digit(b, b == '1');
            case 7:
                return digit(b, b == '0' || b == '1');
            default:
                return b == HTTP_1_1.charAt(index) ? null : HttpViolation.VERSION_INVALID;
        }
    }

    private static HttpViolation digit(final int b, final boolean isSupported) {
        if (isSupported) {
            return null;
        }
        return HttpChars.isDigit(b) ? HttpViolation.VERSION_UNSUPPORTED : HttpViolation.VERSION_INVALID;
    }
}
