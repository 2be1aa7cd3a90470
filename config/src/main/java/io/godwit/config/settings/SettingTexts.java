package io.godwit.config.settings;

import io.godwit.config.settings.SettingType.Text;
import io.godwit.core.handshake.OriginPolicy;
import java.util.regex.Pattern;

/** The kinds of text that keys of the settings take. */
final class SettingTexts {
    /** Stands for every origin. */
    static final String ANY_ORIGIN = "*";

    private static final int PATH_CHARS_MAX = 1_024;

    static final Text ADDRESS = new Text(
            "an IPv4 or IPv6 address or a host name, without a port",
            "an address",
            text -> ListenAddress.parse(text) != null);

    private static final Pattern PATH_FORM = Pattern.compile("/([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*");

    /** Clients take such segments out of a path before they send it (RFC 3986 §5.2.4), the escaped ones too. */
    private static final Pattern DOT_SEGMENT = Pattern.compile("/(\\.|%2[eE]){1,2}(/|$)");

    /** As a client sends it (RFC 3986 §3.3): anything else is escaped on its way, and would never be found. */
    static final Text PATH = new Text(
            "a path, which begins with / and holds ASCII letters, digits, -._~!$&'()*+,;=:@/ and % with two hexadecimal"
                    + " digits, and no segment \".\" or \"..\"",
            "a path",
            text -> text.length() <= PATH_CHARS_MAX
                    && PATH_FORM.matcher(text).matches()
                    && !DOT_SEGMENT.matcher(text).find());

    private static final Pattern TOKEN_FORM = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

    /** RFC 6455 §4.1 and RFC 9110 §5.6.2. */
    static final Text TOKEN = new Text(
            "the name of a subprotocol: ASCII letters, digits and !#$%&'*+-.^_`|~",
            "the name of a subprotocol", text -> TOKEN_FORM.matcher(text).matches());

    static final Text ORIGIN = new Text(
            "an origin such as \"https://example.org\" or \"http://localhost:3000\", or \"null\", or \"*\"",
            "an origin",
            text -> text.equals(ANY_ORIGIN) || OriginPolicy.isOrigin(text));

    private SettingTexts() {}
}
