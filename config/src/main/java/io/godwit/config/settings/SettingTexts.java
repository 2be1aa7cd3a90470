package io.godwit.config.settings;

import io.godwit.config.settings.SettingType.Text;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** The kinds of text that keys of the settings take. */
final class SettingTexts {
    /** Stands for every origin. */
    static final String ANY_ORIGIN = "*";

    private static final int HOST_CHARS_MAX = 255;
    private static final int PATH_CHARS_MAX = 1_024;

    static final Text ADDRESS = new Text(
            "an IPv4 or IPv6 address or a host name",
            "an address",
            text -> text.length() <= HOST_CHARS_MAX && text.matches("[\\x21-\\x7e]+"));

    /** As it may stand in a request line (RFC 3986 §3.3); a query or fragment is no part of it. */
    static final Text PATH = new Text(
            "a path, which begins with / and holds visible ASCII other than ? and #",
            "a path",
            text -> text.length() <= PATH_CHARS_MAX && text.matches("/[\\x21-\\x7e&&[^?#]]*"));

    private static final Pattern TOKEN_FORM = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

    /** RFC 6455 §4.1 and RFC 9110 §5.6.2. */
    static final Text TOKEN = new Text(
            "the name of a subprotocol: ASCII letters, digits and !#$%&'*+-.^_`|~",
            "the name of a subprotocol", text -> TOKEN_FORM.matcher(text).matches());

    static final Text ORIGIN = new Text(
            "an origin such as \"https://example.org\" or \"http://localhost:3000\", or \"null\", or \"*\"",
            "an origin",
            SettingTexts::isOrigin);

    private SettingTexts() {}

    /** A scheme, a host and perhaps a port, and nothing else (RFC 6454 §7). */
    private static boolean isOrigin(final String text) {
        if (text.equals(ANY_ORIGIN) || text.equals("null")) {
            return true;
        }
        try {
            final URI uri = new URI(text);
            return uri.getScheme() != null
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getPort() <= 65_535;
        } catch (final URISyntaxException noUri) {
            return false;
        }
    }
}
