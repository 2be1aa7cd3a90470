package io.godwit.core.handshake;

import io.godwit.core.http.HttpHeaders;
import io.godwit.core.http.HttpRequest;

/** The names of the header fields that make a handshake, and whose they are (RFC 6455 §11.3). */
final class HandshakeFields {
    static final String UPGRADE = "Upgrade";
    static final String CONNECTION = "Connection";
    static final String HOST = "Host";
    static final String ORIGIN = "Origin";
    static final String KEY = "Sec-WebSocket-Key";
    static final String ACCEPT = "Sec-WebSocket-Accept";
    static final String VERSION = "Sec-WebSocket-Version";
    static final String PROTOCOL = "Sec-WebSocket-Protocol";
    static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    static final String WEBSOCKET = "websocket";
    static final String THIRTEEN = "13";

    private static final String PREFIX = "Sec-WebSocket-";
    private static final String[] OWNED = {
        UPGRADE, CONNECTION, HOST, ORIGIN, "Content-Length", "Transfer-Encoding",
    };

    private HandshakeFields() {}

    /** Whether the head names the protocol to change to (§4.1, §4.2.1). */
    static boolean hasUpgrade(final HttpHeaders headers) {
        return headers.containsToken(UPGRADE, WEBSOCKET);
    }

    /** Whether the head asks for, or grants, the change (§4.1, §4.2.1). */
    static boolean hasConnection(final HttpHeaders headers) {
        return headers.containsToken(CONNECTION, UPGRADE);
    }

    /** Whether the request speaks of WebSocket at all, well or badly. */
    static boolean mentionsWebSocket(final HttpRequest request) {
        final HttpHeaders headers = request.headers();
        return hasUpgrade(headers) || headers.first(KEY) != null || headers.first(VERSION) != null;
    }

    /** Throws where the caller's own fields would say something that is the handshake's to say. */
    static void requireNoneOwned(final HttpHeaders extra) {
        for (int i = 0; i < extra.size(); i++) {
            final String name = extra.name(i);
            boolean isOwned = name.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
            for (final String owned : OWNED) {
                isOwned |= name.equalsIgnoreCase(owned);
            }
            if (isOwned) {
                throw new IllegalArgumentException("header field " + name + " belongs to the handshake");
            }
        }
    }
}
