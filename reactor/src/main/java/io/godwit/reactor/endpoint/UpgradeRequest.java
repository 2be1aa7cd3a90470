package io.godwit.reactor.endpoint;

import io.godwit.core.http.HttpRequest;
import java.net.SocketAddress;
import java.util.List;

/**
 * An opening handshake that waits for its endpoint's decision.
 *
 * @param head the request
 * @param remoteAddress where it came from
 * @param subprotocols what the client offers, in its order (RFC 6455 §4.1)
 */
public record UpgradeRequest(HttpRequest head, SocketAddress remoteAddress, List<String> subprotocols) {

    /** {@return the path of the endpoint} */
    public String path() {
        return head.path();
    }
}
