package io.godwit.core.handshake;

import io.godwit.core.http.HeaderTokens;
import java.util.ArrayList;
import java.util.List;

/**
 * One element of Sec-WebSocket-Extensions: an offer in a request, an agreement in a response (RFC 6455 §9.1).
 * Immutable.
 *
 * @param name the extension's registered name
 * @param parameters in the order sent; a name may be repeated, which the extension itself judges
 */
public record Extension(String name, List<Parameter> parameters) {

    /**
     * Checks the name.
     *
     * @param name a token
     * @param parameters copied
     * @throws IllegalArgumentException if it is not a token
     */
    public Extension {
        if (!HeaderTokens.isToken(name)) {
            throw new IllegalArgumentException("an extension's name has to be a token, not \"" + name + '"');
        }
        parameters = List.copyOf(parameters);
    }

    /**
     * An extension without parameters.
     *
     * @param name a token
     * @return the extension
     * @throws IllegalArgumentException if the name is not a token
     */
    public static Extension of(final String name) {
        return new Extension(name, List.of());
    }

    /**
     * Adds a parameter at the end.
     *
     * @param parameter its name, a token
     * @param value a token, or null for a parameter that has none
     * @return a copy with it
     * @throws IllegalArgumentException if either is not a token
     */
    public Extension with(final String parameter, final String value) {
        final List<Parameter> more = new ArrayList<>(parameters);
        more.add(new Parameter(parameter, value));
        return new Extension(name, more);
    }

    /**
     * A parameter of an extension.
     *
     * @param name a token
     * @param value a token, without the quotes it may have been sent in (§9.1 allows only tokens in them), or null
     */
    public record Parameter(String name, String value) {

        /**
         * Checks both.
         *
         * @param name a token
         * @param value a token or null
         * @throws IllegalArgumentException if the name is not a token, or the value is neither one nor null
         */
        public Parameter {
            if (!HeaderTokens.isToken(name)) {
                throw new IllegalArgumentException("a parameter's name has to be a token, not \"" + name + '"');
            }
            if (value != null && !HeaderTokens.isToken(value)) {
                throw new IllegalArgumentException("the value of parameter " + name + " has to be a token");
            }
        }
    }
}
