package io.godwit.core.http;

/**
 * The forms of a request target (RFC 9112 §3.2) that an origin server serves: origin-form, and absolute-form, which it
 * has to accept. Asterisk-form belongs to OPTIONS, authority-form to CONNECT: neither leads to a WebSocket. Escapes are
 * neither decoded nor judged.
 */
final class RequestTarget {
    private static final String[] SCHEMES = {"http://", "https://", "ws://", "wss://"};

    private RequestTarget() {}

    static boolean hasValidChars(final String target) {
        for (int i = 0; i < target.length(); i++) {
            if (!HttpChars.isTarget(target.charAt(i))) {
                return false;
            }
        }
        return !target.isEmpty();
    }

    static boolean isServed(final String target) {
        return target.startsWith("/") || authority(target) != null;
    }

    /** The path; "/" where an absolute form has none; the whole target where it has no path. */
    static String path(final String target) {
        final int start = pathStart(target);
        final int question = target.indexOf('?', start);
        final int end = question < 0 ? target.length() : question;
        return start == end ? "/" : target.substring(start, end);
    }

    static String query(final String target) {
        final int question = target.indexOf('?', pathStart(target));
        return question < 0 ? null : target.substring(question + 1);
    }

    /** The authority of an absolute form, or null. */
    static Authority authority(final String target) {
        final int start = authorityStart(target);
        return start < 0 ? null : Authority.parse(target.substring(start, pathStart(target)));
    }

    private static int pathStart(final String target) {
        int i = authorityStart(target);
        if (i < 0) {
            return 0;
        }
        while (i < target.length() && target.charAt(i) != '/' && target.charAt(i) != '?') {
            i++;
        }
        return i;
    }

    private static int authorityStart(final String target) {
        for (final String scheme : SCHEMES) {
            if (target.regionMatches(true, 0, scheme, 0, scheme.length())) {
                return scheme.length();
            }
        }
        return -1;
    }
}
