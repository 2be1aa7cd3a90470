package io.godwit.core.http;

/**
 * Reads a field value from left to right in the pieces that RFC 9110 §5.6 defines. Each character is looked at a
 * constant number of times. Nothing throws: a piece that is not there is null or false. For one thread.
 */
public final class FieldCursor {
    private final CharSequence text;
    private int index;

    /**
     * Starts at the beginning.
     *
     * @param text the value, not to be changed while it is read
     */
    public FieldCursor(final CharSequence text) {
        this.text = text;
    }

    /** {@return whether everything is read} */
    public boolean atEnd() {
        return index == text.length();
    }

    /** Skips spaces and tabs (OWS, RFC 9110 §5.6.3). */
    public void skipWhitespace() {
        while (index < text.length() && HttpChars.isWhitespace(text.charAt(index))) {
            index++;
        }
    }

    /**
     * Takes a delimiter.
     *
     * @param c the character
     * @return whether it stood there; if not, nothing is taken
     */
    public boolean take(final char c) {
        if (index < text.length() && text.charAt(index) == c) {
            index++;
            return true;
        }
        return false;
    }

    /** {@return the token that begins here (RFC 9110 §5.6.2), or null where none does; then nothing is taken} */
    public String token() {
        final int start = index;
        while (index < text.length() && HttpChars.isToken(text.charAt(index))) {
            index++;
        }
        return index == start ? null : text.subSequence(start, index).toString();
    }

    /**
     * Takes a quoted string (RFC 9110 §5.6.4).
     *
     * @return what the quotes hold, without the backslashes; null where none begins here or it is malformed, after
     *     which the cursor is of no more use
     */
    public String quotedString() {
        if (!take('"')) {
            return null;
        }
        final StringBuilder content = new StringBuilder();
        while (index < text.length()) {
            char c = text.charAt(index++);
            if (c == '"') {
                return content.toString();
            }
            if (c == '\\') {
                if (index == text.length()) {
                    return null;
                }
                c = text.charAt(index++);
            }
            if (!HttpChars.isText(c)) {
                return null;
            }
            content.append(c);
        }
        return null;
    }
}
