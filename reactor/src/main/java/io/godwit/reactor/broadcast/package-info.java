/** How a message that was encoded once reaches the many connections of a loop, within a bound for each cycle. */
package io.godwit.reactor.broadcast;
