/** The threads of handlers that do not run on the loop, and each connection's queue to them. Knows no protocol. */
package io.godwit.reactor.worker;
