/** What a handler sees: connections, messages, decisions, results. */
package io.godwit.reactor.endpoint;
