package io.godwit.core.protocol;

/** Which side of a connection this is: a client masks what it sends, a server does not (RFC 6455 §5.1). */
public enum Role {
    /** Sent the opening handshake. */
    CLIENT,
    /** Answered it. */
    SERVER
}
