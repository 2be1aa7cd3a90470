package io.godwit.core.handshake;

import io.godwit.core.http.FieldCursor;
import io.godwit.core.http.HeaderTokens;
import io.godwit.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads and writes Sec-WebSocket-Extensions (RFC 6455 §9.1), in linear time. Whitespace may stand around each
 * delimiter, as in the grammar that the RFC refers to; empty elements are passed over. Stateless: for any thread.
 */
public final class ExtensionHeader {
    /** The most elements that are taken from a head. */
    public static final int EXTENSIONS_MAX = 16;

    /** The most parameters that are taken for one element. */
    public static final int PARAMETERS_MAX = 16;

    private ExtensionHeader() {}

    /**
     * Reads all lines of the field.
     *
     * @param headers of a request or response
     * @return the extensions in order, empty where the field is absent; null where it is malformed, empty, or has more
     *     than {@link #EXTENSIONS_MAX} elements or {@link #PARAMETERS_MAX} parameters
     */
    public static List<Extension> parse(final HttpHeaders headers) {
        final List<String> values = headers.all(HandshakeFields.EXTENSIONS);
        return values.isEmpty() ? List.of() : parse(values);
    }

    /**
     * Reads the values of the field.
     *
     * @param values of each line, in order
     * @return the extensions in order; null where they are malformed, none, or too many
     */
    public static List<Extension> parse(final List<? extends CharSequence> values) {
        final List<Extension> extensions = new ArrayList<>(2);
        for (final CharSequence value : values) {
            final FieldCursor cursor = new FieldCursor(value);
            do {
                cursor.skipWhitespace();
                final String name = cursor.token();
                if (name != null) {
                    final List<Extension.Parameter> parameters = parameters(cursor);
                    if (parameters == null || extensions.size() == EXTENSIONS_MAX) {
                        return null;
                    }
                    extensions.add(new Extension(name, parameters));
                }
            } while (cursor.take(','));
            if (!cursor.atEnd()) {
                return null;
            }
        }
        return extensions.isEmpty() ? null : List.copyOf(extensions);
    }

    /** Reads {@code *( ";" token [ "=" ( token / quoted-string ) ] )}: null where malformed or too many. */
    private static List<Extension.Parameter> parameters(final FieldCursor cursor) {
        final List<Extension.Parameter> parameters = new ArrayList<>(2);
        cursor.skipWhitespace();
        while (cursor.take(';')) {
            cursor.skipWhitespace();
            final String name = cursor.token();
            if (name == null || parameters.size() == PARAMETERS_MAX) {
                return null;
            }
            cursor.skipWhitespace();
            String value = null;
            if (cursor.take('=')) {
                cursor.skipWhitespace();
                value = parameterValue(cursor);
                if (value == null) {
                    return null;
                }
                cursor.skipWhitespace();
            }
            parameters.add(new Extension.Parameter(name, value));
        }
        return parameters;
    }

    /**
     * "When using the quoted-string syntax variant, the value after quoted-string unescaping MUST conform to the
     * token".
     */
    private static String parameterValue(final FieldCursor cursor) {
        final String token = cursor.token();
        if (token != null) {
            return token;
        }
        final String quoted = cursor.quotedString();
        return quoted != null && HeaderTokens.isToken(quoted) ? quoted : null;
    }

    /**
     * Writes a field value. Values are tokens, so that none needs quotes.
     *
     * @param extensions in order, at least one
     * @return the value of one Sec-WebSocket-Extensions line
     */
    public static String format(final List<Extension> extensions) {
        final StringBuilder value = new StringBuilder();
        for (final Extension extension : extensions) {
            value.append(value.isEmpty() ? "" : ", ").append(extension.name());
            for (final Extension.Parameter parameter : extension.parameters()) {
                value.append("; ").append(parameter.name());
                if (parameter.value() != null) {
                    value.append('=').append(parameter.value());
                }
            }
        }
        return value.toString();
    }

    /** Whether one of them has the name. */
    static boolean containsName(final List<Extension> extensions, final String name) {
        for (final Extension extension : extensions) {
            if (extension.name().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
