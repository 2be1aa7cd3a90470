package io.godwit.reactor.endpoint;

/**
 * How a connection has ended.
 *
 * @param code the status code of the Close frame that the peer sent; 1005 where it had none, 1006 where no Close came,
 *     or it was not waited for since the connection was failed
 * @param reason the reason it gave, or an empty string
 * @param unsentMessages how many messages were taken to be sent, and have not left whole: the socket has not taken their last
 *     byte; 0 after every closing handshake. What was told to {@link WebSocketHandler#onDropped} does not count. A message in
 *     fragments ({@link MessageWriter}) is one, and counts once its end was taken. A publication counts once
 *     the loop has come to it
 * @param unsentBytes how much of what was taken to be sent the socket has not taken, in bytes on the wire, control frames
 *     and all; 0 after every closing handshake. What the socket has taken may still not have reached the peer
 */
public record CloseInfo(int code, String reason, long unsentMessages, long unsentBytes) {}
