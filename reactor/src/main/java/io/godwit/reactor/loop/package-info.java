/** One thread, one selector: the duty cycle, timers, memory, and the way in for other threads. */
package io.godwit.reactor.loop;
