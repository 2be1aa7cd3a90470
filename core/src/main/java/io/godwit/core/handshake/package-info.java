/**
 * The opening handshake of RFC 6455 §4, both halves, from complete heads: what a peer did wrong is a value, {@link
 * io.godwit.core.handshake.HandshakeRefusal} for the server and {@link io.godwit.core.handshake.HandshakeViolation} for
 * the client.
 */
package io.godwit.core.handshake;
