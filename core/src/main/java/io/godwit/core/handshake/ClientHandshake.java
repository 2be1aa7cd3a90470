package io.godwit.core.handshake;

import static io.godwit.core.handshake.HandshakeFields.ACCEPT;
import static io.godwit.core.handshake.HandshakeFields.CONNECTION;
import static io.godwit.core.handshake.HandshakeFields.EXTENSIONS;
import static io.godwit.core.handshake.HandshakeFields.HOST;
import static io.godwit.core.handshake.HandshakeFields.KEY;
import static io.godwit.core.handshake.HandshakeFields.ORIGIN;
import static io.godwit.core.handshake.HandshakeFields.PROTOCOL;
import static io.godwit.core.handshake.HandshakeFields.UPGRADE;
import static io.godwit.core.handshake.HandshakeFields.VERSION;
import static io.godwit.core.handshake.HandshakeFields.WEBSOCKET;

import io.godwit.core.http.Authority;
import io.godwit.core.http.HttpHeaders;
import io.godwit.core.http.HttpRequest;
import io.godwit.core.http.HttpResponse;
import java.util.List;

/**
 * The client's half of the opening handshake (RFC 6455 §4.1): what it asks for, and whether the server's answer grants
 * just that. Immutable: any thread may use it. One for each connection, since the key is a nonce.
 */
public final class ClientHandshake {
    private static final int PORT_WS = 80;
    private static final int PORT_WSS = 443;

    private final String host;
    private final String resourceName;
    private final String key;
    private final String origin;
    private final List<String> subprotocols;
    private final List<Extension> extensions;
    private final HttpHeaders extra;

    private ClientHandshake(
            final String host,
            final String resourceName,
            final String key,
            final String origin,
            final List<String> subprotocols,
            final List<Extension> extensions,
            final HttpHeaders extra) {
        this.host = host;
        this.resourceName = resourceName;
        this.key = key;
        this.origin = origin;
        this.subprotocols = subprotocols;
        this.extensions = extensions;
        this.extra = extra;
    }

    /**
     * Asks for a resource, with nothing optional.
     *
     * @param isSecure whether the URI's scheme is wss rather than ws
     * @param host a name, an IPv4 address, or an IPv6 address in brackets
     * @param port 1 to 65535; Host names it only where it is not the scheme's default
     * @param resourceName path and query, beginning with a slash (§3)
     * @param key a fresh one of {@link SecWebSocketKey#generate}
     * @return the handshake
     * @throws IllegalArgumentException if one of them is not as said
     */
    public static ClientHandshake of(
            final boolean isSecure, final String host, final int port, final String resourceName, final String key) {
        final Authority authority = Authority.parse(host);
        if (authority == null || authority.port() >= 0 || host.endsWith(":")) {
            throw new IllegalArgumentException("\"" + host + "\" is not a host (an IPv6 address needs brackets)");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
        if (!resourceName.startsWith("/")) {
            throw new IllegalArgumentException("a resource name begins with a slash, not \"" + resourceName + '"');
        }
        if (!SecWebSocketKey.isValid(key)) {
            throw new IllegalArgumentException("a key has to be 16 bytes in Base64");
        }
        final boolean isDefault = port == (isSecure ? PORT_WSS : PORT_WS);
        final String field = new Authority(authority.host(), isDefault ? -1 : port).toString();
        final ClientHandshake handshake =
                new ClientHandshake(field, resourceName, key, null, List.of(), List.of(), HttpHeaders.EMPTY);
        // Judges the resource name's characters now rather than when the connection stands.
        handshake.request();
        return handshake;
    }

    /**
     * Names the page that connects, as a browser does (RFC 6454 §7).
     *
     * @param serialised like {@code https://example.com}
     * @return a copy with it
     * @throws IllegalArgumentException if it is neither {@code scheme://host[:port]} nor {@code null}
     */
    public ClientHandshake withOrigin(final String serialised) {
        if (!OriginPolicy.isOrigin(serialised)) {
            throw new IllegalArgumentException("\"" + serialised + "\" is not an origin");
        }
        return new ClientHandshake(host, resourceName, key, serialised, subprotocols, extensions, extra);
    }

    /**
     * Offers subprotocols.
     *
     * @param names the most preferred first
     * @return a copy with them
     * @throws IllegalArgumentException if they are not tokens, not unique, or more than 32
     */
    public ClientHandshake withSubprotocols(final List<String> names) {
        Subprotocols.require(names);
        return new ClientHandshake(host, resourceName, key, origin, List.copyOf(names), extensions, extra);
    }

    /**
     * Offers extensions.
     *
     * @param offers the most preferred first; a name may come more than once, with other parameters
     * @return a copy with them
     */
    public ClientHandshake withExtensions(final List<Extension> offers) {
        return new ClientHandshake(host, resourceName, key, origin, subprotocols, List.copyOf(offers), extra);
    }

    /**
     * Sends further fields, like credentials or cookies.
     *
     * @param headers none of which the handshake itself sets
     * @return a copy with them
     * @throws IllegalArgumentException if one is the handshake's own
     */
    public ClientHandshake withHeaders(final HttpHeaders headers) {
        HandshakeFields.requireNoneOwned(headers);
        return new ClientHandshake(host, resourceName, key, origin, subprotocols, extensions, headers);
    }

    /** {@return the request; {@link HttpRequest#encode} gives its bytes} */
    public HttpRequest request() {
        HttpHeaders headers = HttpHeaders.EMPTY
                .with(HOST, host)
                .with(UPGRADE, WEBSOCKET)
                .with(CONNECTION, UPGRADE)
                .with(KEY, key)
                .with(VERSION, HandshakeFields.THIRTEEN);
        if (origin != null) {
            headers = headers.with(ORIGIN, origin);
        }
        if (!subprotocols.isEmpty()) {
            headers = headers.with(PROTOCOL, String.join(", ", subprotocols));
        }
        if (!extensions.isEmpty()) {
            headers = headers.with(EXTENSIONS, ExtensionHeader.format(extensions));
        }
        return new HttpRequest("GET", resourceName, "HTTP/1.1", headers.withAll(extra));
    }

    /**
     * Judges the answer by the rules of §4.1, in their order. What an agreed extension's parameters mean is judged by
     * the extension.
     *
     * @param response the server's
     * @return null where the connection is open, else why it fails
     */
    public HandshakeViolation judge(final HttpResponse response) {
        final HttpHeaders headers = response.headers();
        if (response.status() != 101) {
            return HandshakeViolation.STATUS_NOT_101;
        }
        if (!WEBSOCKET.equalsIgnoreCase(onlyOf(headers, UPGRADE))) {
            return HandshakeViolation.UPGRADE_INVALID;
        }
        if (!HandshakeFields.hasConnection(headers)) {
            return HandshakeViolation.CONNECTION_INVALID;
        }
        if (!SecWebSocketKey.accept(key).equals(onlyOf(headers, ACCEPT))) {
            return HandshakeViolation.ACCEPT_INVALID;
        }
        final HandshakeViolation violation = judgeExtensions(headers);
        return violation == null ? judgeSubprotocol(headers) : violation;
    }

    private HandshakeViolation judgeExtensions(final HttpHeaders headers) {
        final List<Extension> agreed = ExtensionHeader.parse(headers);
        // §11.3.2: a response must not repeat the field.
        if (agreed == null || headers.count(EXTENSIONS) > 1) {
            return HandshakeViolation.EXTENSIONS_INVALID;
        }
        for (final Extension extension : agreed) {
            if (!ExtensionHeader.containsName(extensions, extension.name())) {
                return HandshakeViolation.EXTENSION_NOT_OFFERED;
            }
        }
        return null;
    }

    private HandshakeViolation judgeSubprotocol(final HttpHeaders headers) {
        final List<String> chosen = Subprotocols.offered(headers);
        if (chosen == null || chosen.size() > 1 || headers.count(PROTOCOL) > 1) {
            return HandshakeViolation.SUBPROTOCOL_INVALID;
        }
        return subprotocols.containsAll(chosen) ? null : HandshakeViolation.SUBPROTOCOL_NOT_OFFERED;
    }

    /** The value of a field that has to stand there once, or null. */
    private static String onlyOf(final HttpHeaders headers, final String name) {
        return headers.count(name) == 1 ? headers.first(name) : null;
    }

    /**
     * Reads the subprotocol in use.
     *
     * @param response one that {@link #judge} found right
     * @return what the server chose, or null
     */
    public static String subprotocol(final HttpResponse response) {
        // Not the field as it stands: empty elements may stand beside the one that counts.
        final List<String> chosen = Subprotocols.offered(response.headers());
        return chosen == null || chosen.isEmpty() ? null : chosen.get(0);
    }

    /**
     * Reads the extensions in use.
     *
     * @param response one that {@link #judge} found right
     * @return what the server agreed to, in its order
     */
    public static List<Extension> extensions(final HttpResponse response) {
        return ExtensionHeader.parse(response.headers());
    }
}
