package io.godwit.core.protocol;

/** The four states of a connection, by the names and in the order of the field's common API. */
public enum ReadyState {
    /** The opening handshake is not finished (RFC 6455 §4). */
    CONNECTING,
    /** Messages flow both ways. */
    OPEN,
    /** A Close frame was sent or received, or the connection was failed (§7.1). */
    CLOSING,
    /** Both Close frames have passed, or the bytes have ended without them. */
    CLOSED
}
