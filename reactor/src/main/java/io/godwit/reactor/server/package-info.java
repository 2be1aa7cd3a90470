/** The server's side of a connection until it is a WebSocket: HTTP, routes, admission, and going down. */
package io.godwit.reactor.server;
