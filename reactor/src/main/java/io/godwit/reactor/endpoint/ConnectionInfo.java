package io.godwit.reactor.endpoint;

import io.godwit.core.protocol.ReadyState;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * What there is to know of one connection: its figures at the moment when it was looked at, each read by itself, and the
 * connection itself, where it is a WebSocket.
 *
 * @param id a number that no other connection of this server has had
 * @param remoteAddress the peer's
 * @param path of the endpoint that serves it; null where {@code webSocket} is
 * @param readyState {@link ReadyState#CONNECTING} for all that is still HTTP; {@link ReadyState#CLOSED} where only the
 *     socket is left
 * @param age the time since it was accepted
 * @param bufferedBytes what was sent and the socket has not taken yet
 * @param messagesReceived delivered to its handler
 * @param messagesSent taken to be sent
 * @param bytesReceived read from its socket
 * @param bytesSent taken by its socket
 * @param webSocket live: it may be sent to, closed and aborted by any thread; null until the opening handshake has
 *     succeeded, and where only the socket is left. Whoever keeps it keeps the connection's memory
 */
public record ConnectionInfo(
        long id,
        SocketAddress remoteAddress,
        String path,
        ReadyState readyState,
        Duration age,
        long bufferedBytes,
        long messagesReceived,
        long messagesSent,
        long bytesReceived,
        long bytesSent,
        WebSocket webSocket) {}
