/** The blocking style: a connection as a loop over its messages, on a thread of its own. */
package io.godwit.reactor.conversation;
