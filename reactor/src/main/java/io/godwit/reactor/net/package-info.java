/** Sockets: accepting, reading, writing, ending. Knows bytes, and no protocol. */
package io.godwit.reactor.net;
