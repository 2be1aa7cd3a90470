/** Connections without a socket, so that neither kernel nor client is measured. */
package io.godwit.bench.memory;
