package io.godwit.reactor.session;

import io.godwit.core.http.HttpRequest;
import io.godwit.reactor.endpoint.Endpoint;

/**
 * What the opening handshake has agreed on.
 *
 * @param endpoint what serves the connection
 * @param path where
 * @param request the client's head
 * @param subprotocol or null
 * @param attachment what onUpgrade attached, or null
 */
public record Opening(Endpoint endpoint, String path, HttpRequest request, String subprotocol, Object attachment) {}
