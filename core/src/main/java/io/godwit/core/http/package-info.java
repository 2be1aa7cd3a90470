/**
 * HTTP/1.1 heads (RFC 9110, RFC 9112), as far as an opening handshake needs them: incremental and strict in reading,
 * checked in writing. Bodies are not read. A peer's mistake is a value ({@link io.godwit.core.http.HttpViolation}); an
 * exception means that our own side asked for something that may not stand in a head.
 */
package io.godwit.core.http;
