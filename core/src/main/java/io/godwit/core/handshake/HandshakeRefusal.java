package io.godwit.core.handshake;

import io.godwit.core.http.HttpHeaders;

/**
 * Why an upgrade is refused. Immutable.
 *
 * @param status 400, 403, 405, 426
 * @param text one line for a person; it repeats nothing of what the client sent
 * @param headers what the response has to carry besides (Sec-WebSocket-Version, Allow, Upgrade)
 */
public record HandshakeRefusal(int status, String text, HttpHeaders headers) {

    static HandshakeRefusal badRequest(final String text) {
        return new HandshakeRefusal(400, text, HttpHeaders.EMPTY);
    }

    static HandshakeRefusal forbidden(final String text) {
        return new HandshakeRefusal(403, text, HttpHeaders.EMPTY);
    }

    static HandshakeRefusal methodNotAllowed(final String text) {
        return new HandshakeRefusal(405, text, HttpHeaders.EMPTY.with("Allow", "GET"));
    }

    /** Says what would be accepted: the version (RFC 6455 §4.4), and, as any 426, the protocol (RFC 9110 §15.5.22). */
    static HandshakeRefusal upgradeRequired(final String text) {
        final HttpHeaders headers = HttpHeaders.EMPTY
                .with(HandshakeFields.UPGRADE, HandshakeFields.WEBSOCKET)
                .with(HandshakeFields.VERSION, HandshakeFields.THIRTEEN);
        return new HandshakeRefusal(426, text, headers);
    }
}
