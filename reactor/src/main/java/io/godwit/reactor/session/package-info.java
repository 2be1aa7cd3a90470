/** An open WebSocket connection: joins the protocol, the way out, and what other threads ask for. */
package io.godwit.reactor.session;
