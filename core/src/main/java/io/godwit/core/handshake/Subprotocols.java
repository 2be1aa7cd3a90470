package io.godwit.core.handshake;

import io.godwit.core.http.HeaderTokens;
import io.godwit.core.http.HttpHeaders;
import java.util.HashSet;
import java.util.List;

/**
 * The subprotocols that a client offers and the one that a server takes (RFC 6455 §1.9, §4.1, §4.2.2). Stateless: for any
 * thread.
 */
public final class Subprotocols {
    /** The most that are taken from a request, that a client may offer, and that a server may agree on. */
    public static final int COUNT_MAX = 32;

    /** The longest name that is offered or agreed on, in characters. */
    public static final int NAME_CHARS_MAX = 256;

    private Subprotocols() {}

    /**
     * The offers in order, empty where the field is absent; null where it is empty, malformed, repetitive or too long.
     */
    static List<String> offered(final HttpHeaders headers) {
        final List<String> values = headers.all(HandshakeFields.PROTOCOL);
        if (values.isEmpty()) {
            return List.of();
        }
        final List<String> names = HeaderTokens.list(values, COUNT_MAX);
        return names != null && !names.isEmpty() && areUnique(names) ? names : null;
    }

    /** §4.1: the elements "MUST all be unique strings"; names compare with case. */
    private static boolean areUnique(final List<String> names) {
        return new HashSet<>(names).size() == names.size();
    }

    /** The first of the server's that is offered, or null. */
    static String select(final List<String> offered, final List<String> supported) {
        for (final String name : supported) {
            if (offered.contains(name)) {
                return name;
            }
        }
        return null;
    }

    /**
     * Checks a name.
     *
     * @param text any text
     * @return whether a subprotocol may be called that: a token (RFC 9110 §5.6.2) of up to {@link #NAME_CHARS_MAX} characters
     */
    public static boolean isName(final String text) {
        return text.length() <= NAME_CHARS_MAX && HeaderTokens.isToken(text);
    }

    /**
     * Checks a list of our own: what a client is to offer, or a server to agree on.
     *
     * @param names in the order of preference
     * @throws IllegalArgumentException if one is no name or is there twice, or there are more than {@link #COUNT_MAX}; the
     *     message names it
     */
    public static void require(final List<String> names) {
        for (final String name : names) {
            if (!isName(name)) {
                throw new IllegalArgumentException("a subprotocol's name has to be a token (RFC 9110 §5.6.2) of "
                        + NAME_CHARS_MAX + " characters at most, not \"" + name + '"');
            }
        }
        if (!areUnique(names) || names.size() > COUNT_MAX) {
            throw new IllegalArgumentException(
                    "subprotocols have to be unique and " + COUNT_MAX + " at most: " + names);
        }
    }
}
