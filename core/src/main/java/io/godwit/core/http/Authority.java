package io.godwit.core.http;

import java.util.Locale;

/**
 * A host with an optional port, as Host fields, absolute targets and origins hold it (RFC 3986 §3.2, without user
 * information, which RFC 9110 §4.2.4 forbids). Immutable.
 *
 * @param host in lower case, an IPv6 address in its brackets
 * @param port 0 to 65535, or -1 where none is given
 */
public record Authority(String host, int port) {
    private static final int PORT_MAX = 65_535;

    /**
     * Parses {@code host[:port]}. An IP literal in brackets is checked for its characters alone.
     *
     * @param text any text
     * @return the authority, or null where the text is none
     */
    public static Authority parse(final String text) {
        final int hostEnd = text.startsWith("[") ? ipLiteralEnd(text) : registeredNameEnd(text);
        if (hostEnd <= 0) {
            return null;
        }
        int port = -1;
        if (hostEnd < text.length()) {
            if (text.charAt(hostEnd) != ':') {
                return null;
            }
            for (int i = hostEnd + 1; i < text.length(); i++) {
                final char c = text.charAt(i);
                if (!HttpChars.isDigit(c)) {
                    return null;
                }
                port = Math.max(port, 0) * 10 + (c - '0');
                if (port > PORT_MAX) {
                    return null;
                }
            }
        }
        return new Authority(text.substring(0, hostEnd).toLowerCase(Locale.ROOT), port);
    }

    private static int registeredNameEnd(final String text) {
        int i = 0;
        while (i < text.length() && HttpChars.isHost(text.charAt(i))) {
            i++;
        }
        return i;
    }

    /** The index after the closing bracket, or -1. */
    private static int ipLiteralEnd(final String text) {
        int i = 1;
        while (i < text.length() && (HttpChars.isHost(text.charAt(i)) || text.charAt(i) == ':')) {
            i++;
        }
        return i > 1 && i < text.length() && text.charAt(i) == ']' ? i + 1 : -1;
    }

    /** {@return {@code host[:port]}} */
    @Override
    public String toString() {
        return port < 0 ? host : host + ':' + port;
    }
}
