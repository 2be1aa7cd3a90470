package io.godwit.core.http;

/**
 * The path of a request, as clients send it (RFC 3986 §3.3). Paths are compared without decoding: what a client would escape
 * or take out on its way would never be found. Stateless: for any thread.
 */
public final class RequestPath {
    /** What a path may be, in words, for whoever has given something else. */
    public static final String ALLOWED =
            "a path, which begins with / and holds ASCII letters, digits, -._~!$&'()*+,;=:@/ and % with two hexadecimal"
                    + " digits, and no segment \".\" or \"..\"";

    private static final String AROUND = "GET  HTTP/1.1";
    private static final String ESCAPED_DOT = "%2e";

    private RequestPath() {}

    /**
     * Checks a path.
     *
     * @param path any text
     * @return whether a client can ask for it, and sends it as it is: {@link #ALLOWED}
     */
    public static boolean isValid(final String path) {
        if (!path.startsWith("/") || !hasValidChars(path)) {
            return false;
        }
        int start = 1;
        while (start <= path.length()) {
            final int slash = path.indexOf('/', start);
            final int end = slash < 0 ? path.length() : slash;
            if (isDotSegment(path, start, end)) {
                return false;
            }
            start = end + 1;
        }
        return true;
    }

    /**
     * Tells the longest path that can be asked for.
     *
     * @param startLineBytesMax the longest request line, as {@link HttpLimits} has it
     * @return how many characters; method and version have to fit beside them
     */
    public static int charsMax(final int startLineBytesMax) {
        return Math.max(0, startLineBytesMax - AROUND.length());
    }

    private static boolean hasValidChars(final String path) {
        for (int i = 0; i < path.length(); i++) {
            final char c = path.charAt(i);
            final boolean valid = c == '%' ? isEscape(path, i) : HttpChars.isPath(c);
            if (!valid) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEscape(final String path, final int percent) {
        return percent + 2 < path.length()
                && HttpChars.isHexDigit(path.charAt(percent + 1))
                && HttpChars.isHexDigit(path.charAt(percent + 2));
    }

    /** Clients take such segments out of a path before they send it (§5.2.4), the escaped ones too. */
    private static boolean isDotSegment(final String path, final int start, final int end) {
        int dots = 0;
        int i = start;
        while (i < end) {
            if (path.charAt(i) == '.') {
                i++;
            } else if (path.regionMatches(true, i, ESCAPED_DOT, 0, ESCAPED_DOT.length())) {
                i += ESCAPED_DOT.length();
            } else {
                return false;
            }
            dots++;
        }
        return dots == 1 || dots == 2;
    }
}
