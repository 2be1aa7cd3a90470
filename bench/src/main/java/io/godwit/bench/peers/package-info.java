/** The servers that are compared: one small echo server for each, started in a process of its own. */
package io.godwit.bench.peers;
