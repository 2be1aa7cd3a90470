package io.godwit.reactor.endpoint;

/**
 * How a connection has ended.
 *
 * @param code the status code of the Close frame that the peer sent; 1005 where it had none, 1006 where no Close came
 * @param reason the reason it gave, or an empty string
 * @param unsentBytes how much of what was taken to be sent the socket has not taken, in bytes on the wire; 0 after every
 *     closing handshake. What the socket has taken may still not have reached the peer
 */
public record CloseInfo(int code, String reason, long unsentBytes) {}
