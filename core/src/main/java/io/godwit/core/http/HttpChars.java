package io.godwit.core.http;

/** Which characters may stand where in a head. */
final class HttpChars {
    private static final int TOKEN = 1;
    private static final int TARGET = 2;
    private static final int HOST = 4;
    private static final int PATH = 8;
    private static final int HEX = 16;
    private static final byte[] CLASSES = new byte[128];

    static {
        mark(TOKEN | TARGET | HOST | PATH, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
        // RFC 9110 §5.6.2.
        mark(TOKEN, "!#$%&'*+-.^_`|~");
        // RFC 3986 allows less. Browsers send the second group too, unescaped in a query, as the URL standard says.
        mark(TARGET, "-._~!$&'()*+,;=:@/?%[]");
        mark(TARGET, "\\^`{|}");
        // RFC 3986 §3.2.2, reg-name.
        mark(HOST, "-._~!$&'()*+,;=%");
        // RFC 3986 §3.3; the percent sign only begins an escape.
        mark(PATH, "-._~!$&'()*+,;=:@/");
        mark(HEX, "0123456789ABCDEFabcdef");
    }

    private HttpChars() {}

    private static void mark(final int classes, final String chars) {
        for (int i = 0; i < chars.length(); i++) {
            CLASSES[chars.charAt(i)] |= (byte) classes;
        }
    }

    private static boolean isOf(final int c, final int kind) {
        return c < 128 && (CLASSES[c] & kind) != 0;
    }

    /** A character of a token (RFC 9110 §5.6.2). */
    static boolean isToken(final int c) {
        return isOf(c, TOKEN);
    }

    /** A character of a request target; no fragment is ever sent, so not the number sign (RFC 9112 §3.2). */
    static boolean isTarget(final int c) {
        return isOf(c, TARGET);
    }

    /** A character of a registered name or IPv4 address (RFC 3986 §3.2.2). */
    static boolean isHost(final int c) {
        return isOf(c, HOST);
    }

    /** A character of a path, escapes left out (RFC 3986 §3.3). */
    static boolean isPath(final int c) {
        return isOf(c, PATH);
    }

    static boolean isHexDigit(final int c) {
        return isOf(c, HEX);
    }

    /** SP or HTAB (RFC 9110 §5.6.3). */
    static boolean isWhitespace(final int c) {
        return c == ' ' || c == '\t';
    }

    static boolean isDigit(final int c) {
        return c >= '0' && c <= '9';
    }

    /** A character of a field value or reason phrase: HTAB, SP, visible, or obs-text (RFC 9110 §5.5). */
    static boolean isText(final int c) {
        return c >= ' ' && c <= 0xFF && c != 0x7F || c == '\t';
    }

    static boolean isText(final String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isText(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
