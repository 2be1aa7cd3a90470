package io.godwit.core.handshake;

import static io.godwit.core.handshake.HandshakeFields.ACCEPT;
import static io.godwit.core.handshake.HandshakeFields.CONNECTION;
import static io.godwit.core.handshake.HandshakeFields.EXTENSIONS;
import static io.godwit.core.handshake.HandshakeFields.KEY;
import static io.godwit.core.handshake.HandshakeFields.PROTOCOL;
import static io.godwit.core.handshake.HandshakeFields.UPGRADE;
import static io.godwit.core.handshake.HandshakeFields.VERSION;
import static io.godwit.core.handshake.HandshakeFields.WEBSOCKET;

import io.godwit.core.http.HttpHeaders;
import io.godwit.core.http.HttpRequest;
import io.godwit.core.http.HttpResponse;
import java.util.List;

/** The server's half of the opening handshake (RFC 6455 §4.2). Stateless: for any thread. */
public final class ServerHandshake {
    private ServerHandshake() {}

    /**
     * Tells plain HTTP from an attempt at WebSocket, however broken: whoever sends but one of Upgrade: websocket,
     * Sec-WebSocket-Key and Sec-WebSocket-Version is to be told what is missing, not to be served a page.
     *
     * @param request any
     * @return whether it asks for an upgrade to WebSocket; never in HTTP/1.0, where Upgrade has to be ignored (RFC 9110
     *     §7.8)
     */
    public static boolean isUpgrade(final HttpRequest request) {
        return isHttp11(request) && HandshakeFields.mentionsWebSocket(request);
    }

    /**
     * Judges a request by the rules of §4.2.1, the method first, the Origin last.
     *
     * @param request any
     * @param origins who may connect
     * @return null where it may be accepted; else the refusal: 405 for a method other than GET, 426 for another version
     *     of the protocol or a request that does not ask for WebSocket at all, 403 for an origin, 400 for anything else
     */
    public static HandshakeRefusal judge(final HttpRequest request, final OriginPolicy origins) {
        if (!request.method().equals("GET")) {
            return HandshakeRefusal.methodNotAllowed("a WebSocket handshake is a GET");
        }
        if (!HandshakeFields.mentionsWebSocket(request)) {
            return HandshakeRefusal.upgradeRequired("this is a WebSocket endpoint");
        }
        final HandshakeRefusal refusal = judgeUpgrade(request);
        if (refusal != null) {
            return refusal;
        }
        final HttpHeaders headers = request.headers();
        if (Subprotocols.offered(headers) == null) {
            return HandshakeRefusal.badRequest(
                    "Sec-WebSocket-Protocol is not a list of up to " + Subprotocols.COUNT_MAX + " different tokens");
        }
        if (ExtensionHeader.parse(headers) == null) {
            return HandshakeRefusal.badRequest("Sec-WebSocket-Extensions is malformed or too long");
        }
        return origins.allows(request) ? null : HandshakeRefusal.forbidden("this origin may not connect");
    }

    /** The version is judged before the key, since the key's form depends on it (§4.4). */
    private static HandshakeRefusal judgeUpgrade(final HttpRequest request) {
        final HttpHeaders headers = request.headers();
        if (!isHttp11(request)) {
            return HandshakeRefusal.badRequest("a WebSocket handshake needs HTTP/1.1");
        }
        if (headers.count(HandshakeFields.HOST) != 1) {
            return HandshakeRefusal.badRequest("a WebSocket handshake needs one Host field");
        }
        if (!HandshakeFields.hasUpgrade(headers)) {
            return HandshakeRefusal.badRequest("the Upgrade field does not name websocket");
        }
        if (!HandshakeFields.hasConnection(headers)) {
            return HandshakeRefusal.badRequest("the Connection field does not say upgrade");
        }
        if (headers.count(VERSION) > 1) {
            return HandshakeRefusal.badRequest("more than one Sec-WebSocket-Version field");
        }
        if (!HandshakeFields.THIRTEEN.equals(headers.first(VERSION))) {
            return HandshakeRefusal.upgradeRequired("the only version of the protocol here is 13");
        }
        if (headers.count(KEY) != 1) {
            return HandshakeRefusal.badRequest("there has to be one Sec-WebSocket-Key field");
        }
        if (!SecWebSocketKey.isValid(headers.first(KEY))) {
            return HandshakeRefusal.badRequest("Sec-WebSocket-Key is not 16 bytes in Base64");
        }
        return null;
    }

    private static boolean isHttp11(final HttpRequest request) {
        return request.version().equals("HTTP/1.1");
    }

    /**
     * Lists what the client offers.
     *
     * @param request one that {@link #judge} found right
     * @return the subprotocols in the client's order; empty where there are none, or they are malformed
     */
    public static List<String> offeredSubprotocols(final HttpRequest request) {
        final List<String> offered = Subprotocols.offered(request.headers());
        return offered == null ? List.of() : offered;
    }

    /**
     * Chooses a subprotocol: the server's preference decides (§4.2.2).
     *
     * @param request one that {@link #judge} found right
     * @param supported the server's, the most preferred first
     * @return the first of the server's that the client offers, or null
     */
    public static String selectSubprotocol(final HttpRequest request, final List<String> supported) {
        return Subprotocols.select(offeredSubprotocols(request), supported);
    }

    /**
     * Makes the 101 response (§4.2.2).
     *
     * @param request one that {@link #judge} found right
     * @param subprotocol the chosen one, or null
     * @param extensions the value of Sec-WebSocket-Extensions, or null
     * @param extra further fields
     * @return the response
     * @throws IllegalArgumentException if the request has no valid key, if the subprotocol or an extension is not one
     *     that the client offers, so that it would have to fail the connection (§4.1), or if an extra field is the
     *     handshake's own
     */
    public static HttpResponse accept(
            final HttpRequest request, final String subprotocol, final String extensions, final HttpHeaders extra) {
        HandshakeFields.requireNoneOwned(extra);
        final String key = request.headers().first(KEY);
        if (key == null || !SecWebSocketKey.isValid(key)) {
            throw new IllegalArgumentException("the request has no valid Sec-WebSocket-Key");
        }
        HttpHeaders headers = HttpHeaders.EMPTY
                .with(UPGRADE, WEBSOCKET)
                .with(CONNECTION, UPGRADE)
                .with(ACCEPT, SecWebSocketKey.accept(key));
        if (subprotocol != null) {
            if (!offeredSubprotocols(request).contains(subprotocol)) {
                throw new IllegalArgumentException("the client does not offer subprotocol \"" + subprotocol + '"');
            }
            headers = headers.with(PROTOCOL, subprotocol);
        }
        if (extensions != null) {
            requireOffered(request, extensions);
            headers = headers.with(EXTENSIONS, extensions);
        }
        return HttpResponse.of(101, headers.withAll(extra));
    }

    private static void requireOffered(final HttpRequest request, final String extensions) {
        final List<Extension> offered = ExtensionHeader.parse(request.headers());
        final List<Extension> agreed = ExtensionHeader.parse(List.of(extensions));
        if (offered == null || agreed == null) {
            throw new IllegalArgumentException("malformed Sec-WebSocket-Extensions: \"" + extensions + '"');
        }
        for (final Extension extension : agreed) {
            if (!ExtensionHeader.containsName(offered, extension.name())) {
                throw new IllegalArgumentException("the client does not offer extension " + extension.name());
            }
        }
    }
}
