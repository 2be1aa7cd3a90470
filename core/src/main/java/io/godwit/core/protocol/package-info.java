/**
 * One open WebSocket connection as a machine without I/O, for both roles (RFC 6455): bytes, the end of input and calls go
 * in; events and outgoing frames come out.
 */
package io.godwit.core.protocol;
