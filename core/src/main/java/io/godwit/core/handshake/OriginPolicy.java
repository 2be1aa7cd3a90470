package io.godwit.core.handshake;

import io.godwit.core.http.Authority;
import io.godwit.core.http.HttpRequest;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which Origin may connect (RFC 6455 §10.2): the guard against pages of other sites that use a visitor's browser, and
 * its cookies. It guards against nothing else, since other clients say what they like. Immutable: any thread may use
 * it.
 */
public final class OriginPolicy {
    private static final OriginPolicy ANY = new OriginPolicy(null);
    private static final String OPAQUE = "null";
    private static final String SCHEME_END = "://";

    /** Normalised; null where every origin is allowed. */
    private final Set<String> allowed;

    private OriginPolicy(final Set<String> allowed) {
        this.allowed = allowed;
    }

    /** {@return the policy that lets every origin connect, and none} */
    public static OriginPolicy any() {
        return ANY;
    }

    /**
     * Allows those origins alone. They compare as RFC 6454 §5 and §6.2 say: scheme, host and port, the first two
     * without case, a scheme's default port the same as none. Requests without an Origin pass, since browsers send one
     * always.
     *
     * @param origins each {@code scheme://host[:port]}, with no path, no final slash, no wildcard; or {@code "null"},
     *     which stands for pages that may not tell, like local files
     * @return the policy
     * @throws IllegalArgumentException if one is malformed, or is there twice, be it in another spelling; the message names it
     */
    public static OriginPolicy allow(final Collection<String> origins) {
        final Set<String> allowed = new HashSet<>();
        for (final String origin : origins) {
            if (!allowed.add(canonical(origin))) {
                throw new IllegalArgumentException("\"" + origin + "\" is there twice");
            }
        }
        return new OriginPolicy(Set.copyOf(allowed));
    }

    /**
     * Judges a request. With a list, a request with more than one Origin is refused (RFC 6454 §7.3 allows one).
     *
     * @param request the client's
     * @return whether it may connect
     */
    public boolean allows(final HttpRequest request) {
        if (allowed == null) {
            return true;
        }
        final List<String> origins = request.headers().all(HandshakeFields.ORIGIN);
        if (origins.isEmpty()) {
            return true;
        }
        final String normal = origins.size() == 1 ? normalised(origins.get(0)) : null;
        return normal != null && allowed.contains(normal);
    }

    /**
     * Tells whether {@link #allow} takes a text.
     *
     * @param text any text
     * @return whether it is a serialised origin (RFC 6454 §6.2)
     */
    public static boolean isOrigin(final String text) {
        return normalised(text) != null;
    }

    /**
     * Gives the one spelling of an origin: two texts are the same origin if they have the same.
     *
     * @param origin one that {@link #isOrigin}
     * @return scheme and host in lower case, and the port, a scheme's default one too
     * @throws IllegalArgumentException if it is none; the message names it
     */
    public static String canonical(final String origin) {
        final String normal = normalised(origin);
        if (normal == null) {
            throw new IllegalArgumentException(
                    "\"" + origin
                            + "\" is not an origin: scheme://host or scheme://host:port, without a path or a wildcard; any() allows all");
        }
        return normal;
    }

    /** The one spelling of an origin, or null where the text is none. */
    private static String normalised(final String origin) {
        if (origin.equals(OPAQUE)) {
            return OPAQUE;
        }
        final int schemeEnd = origin.indexOf(SCHEME_END);
        if (schemeEnd <= 0 || !isScheme(origin.substring(0, schemeEnd))) {
            return null;
        }
        final String scheme = origin.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
        final String rest = origin.substring(schemeEnd + SCHEME_END.length());
        if (rest.isEmpty()) {
            // What some browsers and web views send for local files.
            return scheme.equals("file") ? "file://" : null;
        }
        final Authority authority = Authority.parse(rest);
        // A comma or an asterisk is allowed in a host's grammar, but in a list of origins it is a list or a wildcard.
        if (authority == null || rest.indexOf('*') >= 0 || rest.indexOf(',') >= 0) {
            return null;
        }
        final int port = authority.port() < 0 ? defaultPort(scheme) : authority.port();
        return scheme + SCHEME_END + new Authority(authority.host(), port);
    }

    /** RFC 3986 §3.1. */
    private static boolean isScheme(final String text) {
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            final boolean isLetter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            final boolean isOther = c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.';
            if (!isLetter && (i == 0 || !isOther)) {
                return false;
            }
        }
        return true;
    }

    private static int defaultPort(final String scheme) {
        return switch (scheme) {
            case "http", "ws" -> 80;
            case "https", "wss" -> 443;
            default -> -1;
        };
    }

    /** {@return the origins as they are compared, or "any"} */
    @Override
    public String toString() {
        return allowed == null ? "any" : allowed.toString();
    }
}
