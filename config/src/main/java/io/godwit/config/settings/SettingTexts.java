package io.godwit.config.settings;

import io.godwit.config.settings.SettingType.Text;
import io.godwit.core.handshake.OriginPolicy;
import io.godwit.core.handshake.Subprotocols;
import io.godwit.core.http.RequestPath;
import io.godwit.reactor.endpoint.ListenAddress;

/** The kinds of text that keys of the settings take. What is allowed the embedding API judges, for embedders too. */
final class SettingTexts {
    /** Stands for every origin. */
    static final String ANY_ORIGIN = "*";

    static final Text ADDRESS =
            new Text(ListenAddress.ALLOWED, "an address", text -> ListenAddress.parse(text) != null);

    static final Text PATH = new Text(RequestPath.ALLOWED, "a path", RequestPath::isValid);

    /** RFC 6455 §4.1. */
    static final Text TOKEN = new Text(
            "the name of a subprotocol: ASCII letters, digits and !#$%&'*+-.^_`|~",
            "the name of a subprotocol", Subprotocols::isName);

    static final Text ORIGIN = new Text(
            "an origin such as \"https://example.org\" or \"http://localhost:3000\", or \"null\", or \"*\"",
            "an origin",
            text -> text.equals(ANY_ORIGIN) || OriginPolicy.isOrigin(text),
            text -> text.equals(ANY_ORIGIN) ? text : OriginPolicy.canonical(text));

    private SettingTexts() {}
}
