package io.godwit.core.http;

import java.util.ArrayList;
import java.util.List;

/** Tokens and comma-separated lists of them (RFC 9110 §5.6.1, §5.6.2), in linear time. Stateless: for any thread. */
public final class HeaderTokens {
    private HeaderTokens() {}

    /**
     * Checks a token.
     *
     * @param text any text
     * @return whether it is a token: not empty, of letters, digits and {@code !#$%&'*+-.^_`|~}
     */
    public static boolean isToken(final CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (!HttpChars.isToken(text.charAt(i))) {
                return false;
            }
        }
        return text.length() > 0;
    }

    /**
     * Reads a list of tokens. Empty elements are passed over, as §5.6.1.2 asks of a recipient.
     *
     * @param values the values of all lines of the field, in order
     * @param tokensMax the most tokens to take
     * @return the tokens in order, possibly none; null where an element is not a token, or there are more of them
     */
    public static List<String> list(final List<? extends CharSequence> values, final int tokensMax) {
        final List<String> tokens = new ArrayList<>(4);
        for (final CharSequence value : values) {
            final FieldCursor cursor = new FieldCursor(value);
            do {
                cursor.skipWhitespace();
                final String token = cursor.token();
                if (token != null) {
                    if (tokens.size() == tokensMax) {
                        return null;
                    }
                    tokens.add(token);
                    cursor.skipWhitespace();
                }
            } while (cursor.take(','));
            if (!cursor.atEnd()) {
                return null;
            }
        }
        return List.copyOf(tokens);
    }

    /**
     * Searches a list whose elements need not all be tokens; quoted strings hide their commas. Allocates nothing.
     *
     * @param value the value of one line of the field
     * @param token in any case
     * @return whether one of the elements is the token
     */
    public static boolean contains(final String value, final String token) {
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\') {
                i++;
            } else if (!quoted && c == ',') {
                if (isElement(value, start, i, token)) {
                    return true;
                }
                start = i + 1;
            }
        }
        return isElement(value, start, value.length(), token);
    }

    private static boolean isElement(final String value, final int from, final int to, final String token) {
        int start = from;
        int end = to;
        while (start < end && HttpChars.isWhitespace(value.charAt(start))) {
            start++;
        }
        while (end > start && HttpChars.isWhitespace(value.charAt(end - 1))) {
            end--;
        }
        return end - start == token.length() && value.regionMatches(true, start, token, 0, token.length());
    }
}
