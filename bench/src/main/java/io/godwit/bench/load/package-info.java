/** The load generator: closed and open loop, every echo checked, latencies without coordinated omission. */
package io.godwit.bench.load;
