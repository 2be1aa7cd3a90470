/** What very many idle connections cost that have arrived at once: memory, CPU, and the longest cycle of their loop. */
package io.godwit.bench.arrivals;
