package io.godwit.core.handshake;

import io.godwit.core.http.HeaderTokens;
import io.godwit.core.http.HttpHeaders;
import java.util.HashSet;
import java.util.List;

/** The subprotocols that a client offers and the one that a server takes (RFC 6455 §1.9, §4.1, §4.2.2). */
final class Subprotocols {
    /** The most that are taken from a request. */
    static final int OFFERED_MAX = 32;

    private Subprotocols() {}

    /**
     * The offers in order, empty where the field is absent; null where it is empty, malformed, repetitive or too long.
     */
    static List<String> offered(final HttpHeaders headers) {
        final List<String> values = headers.all(HandshakeFields.PROTOCOL);
        if (values.isEmpty()) {
            return List.of();
        }
        final List<String> names = HeaderTokens.list(values, OFFERED_MAX);
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

    /** Throws unless a list of our own could be offered. */
    static void requireOfferable(final List<String> names) {
        for (final String name : names) {
            if (!HeaderTokens.isToken(name)) {
                throw new IllegalArgumentException("a subprotocol's name has to be a token, not \"" + name + '"');
            }
        }
        if (!areUnique(names) || names.size() > OFFERED_MAX) {
            throw new IllegalArgumentException(
                    "subprotocols have to be unique and " + OFFERED_MAX + " at most: " + names);
        }
    }
}
