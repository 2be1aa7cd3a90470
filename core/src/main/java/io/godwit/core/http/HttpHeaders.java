package io.godwit.core.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An ordered list of header fields (RFC 9110 §5). Names compare without case; a name may occur more than once. Values
 * are text of one byte a character (ISO 8859-1), as they go over the wire. Immutable: any thread may use it.
 */
public final class HttpHeaders {
    /** No fields. */
    public static final HttpHeaders EMPTY = new HttpHeaders(new String[0]);

    /** Name, value, name, value, … */
    private final String[] fields;

    /** Takes over an array of names and values that were checked already. */
    HttpHeaders(final String[] fields) {
        this.fields = fields;
    }

    /**
     * Adds a field at the end; fields of the same name stay.
     *
     * @param name a token (RFC 9110 §5.6.2)
     * @param value visible characters, spaces and tabs up to U+00FF, on one line (RFC 9110 §5.5); whitespace around it
     *     does not belong to a value and is dropped
     * @return a copy with one more field
     * @throws IllegalArgumentException if name or value may not stand in a head; the message names the field, and does
     *     not show the value
     */
    public HttpHeaders with(final String name, final String value) {
        if (!HeaderTokens.isToken(name)) {
            throw new IllegalArgumentException("a header field's name has to be a token, not \"" + name + '"');
        }
        if (!HttpChars.isText(value)) {
            throw new IllegalArgumentException(
                    "the value of header field " + name + " holds a character that may not stand in a head");
        }
        final String[] copy = Arrays.copyOf(fields, fields.length + 2);
        copy[fields.length] = name;
        copy[fields.length + 1] = trimmed(value);
        return new HttpHeaders(copy);
    }

    /**
     * Adds the fields of another list at the end.
     *
     * @param other the list
     * @return a copy with those fields too
     */
    public HttpHeaders withAll(final HttpHeaders other) {
        final String[] copy = Arrays.copyOf(fields, fields.length + other.fields.length);
        System.arraycopy(other.fields, 0, copy, fields.length, other.fields.length);
        return new HttpHeaders(copy);
    }

    /** {@return how many fields there are, repeated names counted each time} */
    public int size() {
        return fields.length / 2;
    }

    /**
     * Names a field.
     *
     * @param index from 0 to {@link #size} - 1
     * @return the name as sent
     */
    public String name(final int index) {
        return fields[2 * index];
    }

    /**
     * Reads a field.
     *
     * @param index from 0 to {@link #size} - 1
     * @return the value, without whitespace around it
     */
    public String value(final int index) {
        return fields[2 * index + 1];
    }

    /**
     * Looks a field up.
     *
     * @param name in any case
     * @return the first value of that name, or null
     */
    public String first(final String name) {
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                return fields[i + 1];
            }
        }
        return null;
    }

    /**
     * Looks up all fields of a name.
     *
     * @param name in any case
     * @return their values, in order; empty where there are none
     */
    public List<String> all(final String name) {
        final List<String> values = new ArrayList<>(1);
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                values.add(fields[i + 1]);
            }
        }
        return List.copyOf(values);
    }

    /**
     * Counts fields.
     *
     * @param name in any case
     * @return how many have that name
     */
    public int count(final String name) {
        int count = 0;
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                count++;
            }
        }
        return count;
    }

    /**
     * Searches a field that holds a comma-separated list (RFC 9110 §5.6.1), in all its lines.
     *
     * @param name of the field, in any case
     * @param token in any case
     * @return whether the list holds the token
     */
    public boolean containsToken(final String name, final String token) {
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name) && HeaderTokens.contains(fields[i + 1], token)) {
                return true;
            }
        }
        return false;
    }

    /** Writes a head: the start line, the fields, the empty line. */
    byte[] encodeAfter(final String startLine) {
        final StringBuilder head = new StringBuilder(startLine.length() + 32 * fields.length);
        head.append(startLine).append("\r\n");
        for (int i = 0; i < fields.length; i += 2) {
            head.append(fields[i]).append(": ").append(fields[i + 1]).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String trimmed(final String value) {
        int start = 0;
        int end = value.length();
        while (start < end && HttpChars.isWhitespace(value.charAt(start))) {
            start++;
        }
        while (end > start && HttpChars.isWhitespace(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    /** {@return whether the other is a list of the same fields in the same order, names as sent} */
    @Override
    public boolean equals(final Object other) {
        return other instanceof HttpHeaders headers && Arrays.equals(fields, headers.fields);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(fields);
    }

    /** {@return the names alone: values may be cookies and credentials, and this text ends in logs} */
    @Override
    public String toString() {
        final List<String> names = new ArrayList<>(size());
        for (int i = 0; i < fields.length; i += 2) {
            names.add(fields[i]);
        }
        return names.toString();
    }
}
