/** What a server counts: each metric declared once, and the counters of one loop. */
package io.godwit.reactor.metrics;
