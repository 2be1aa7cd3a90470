/** Topics: messages that go to all who are subscribed. */
package io.godwit.reactor.topic;
