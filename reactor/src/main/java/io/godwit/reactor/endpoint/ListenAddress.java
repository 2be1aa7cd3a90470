package io.godwit.reactor.endpoint;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a server may be told to listen on, as far as that can be judged without asking a name server. Immutable. */
public final class ListenAddress {
    /** What an address may be, in words, for whoever has given something else. */
    public static final String ALLOWED = "an IPv4 or IPv6 address or a host name, without a port";

    private static final int HOST_CHARS_MAX = 253;
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    /** An underscore is no part of a host name by RFC 1123 §2.1, but container engines give such names. */
    private static final String LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";

    private static final Pattern NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*\\.?");

    /** Resolvers take a name that ends in a number for an IPv4 address: "127.1" is 127.0.0.1, "256.1.1.1" is nothing. */
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(.*\\.)?(\\d+|0[xX][0-9a-fA-F]*)\\.?");

    /** A zone (RFC 4007 §11) names an interface of the machine: whether there is one is seen at the start. */
    private static final Pattern IPV6 = Pattern.compile("([0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(%[A-Za-z0-9_.-]+)?");

    private final String text;

    /** Null: a host name, of which only a resolver knows the addresses. */
    private final InetAddress literal;

    private ListenAddress(final String text, final InetAddress literal) {
        this.text = text;
        this.literal = literal;
    }

    /**
     * Reads an address. Does not resolve names.
     *
     * @param text an IPv4 address, an IPv6 address with or without brackets, or a host name
     * @return the address, or null if the text is none; a port beside it makes it none
     */
    public static ListenAddress parse(final String text) {
        final boolean bracketed = text.startsWith("[") && text.endsWith("]");
        final String bare = bracketed ? text.substring(1, text.length() - 1) : text;
        if (IPV6.matcher(bare).matches()) {
            return literal(bare.replaceFirst("%.*", ""));
        }
        if (bracketed) {
            return null;
        }
        if (IPV4.matcher(text).matches()) {
            return literal(text);
        }
        final boolean isName = text.length() <= HOST_CHARS_MAX
                && NAME.matcher(text).matches()
                && !ENDS_IN_NUMBER.matcher(text).matches();
        return isName ? new ListenAddress(withoutLastDot(text.toLowerCase(Locale.ROOT)), null) : null;
    }

    private static ListenAddress literal(final String text) {
        try {
            // What holds a colon, or four numbers, is never looked up.
            return new ListenAddress(text.toLowerCase(Locale.ROOT), InetAddress.getByName(text));
        } catch (final UnknownHostException malformed) {
            return null;
        }
    }

    private static String withoutLastDot(final String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /**
     * Tells whether two addresses could not both be listened on at one port.
     *
     * @param other any
     * @return true only if it is certain; what names stand for, except "localhost", is not known
     */
    public boolean meets(final ListenAddress other) {
        return covers(other) || other.covers(this);
    }

    private boolean covers(final ListenAddress other) {
        if (literal == null) {
            return other.literal == null ? text.equals(other.text) : isLocalhost() && other.isUsualLoopback();
        }
        if (literal.isAnyLocalAddress()) {
            return !(literal instanceof Inet4Address) || other.literal instanceof Inet4Address || other.isLocalhost();
        }
        return literal.equals(other.literal);
    }

    private boolean isLocalhost() {
        return text.equals("localhost");
    }

    /** What "localhost" stands for (RFC 6761 §6.3). */
    private boolean isUsualLoopback() {
        return literal != null
                && (text.equals("127.0.0.1") || !(literal instanceof Inet4Address) && literal.isLoopbackAddress());
    }
}
