package io.godwit.reactor.conversation;

/** What an application does with one conversation, from its beginning to its end. */
@FunctionalInterface
public interface ConversationBody {

    /**
     * Holds the conversation. When this returns, the connection is closed with 1000, unless it is closing already. What it
     * throws goes to the log, and the connection is closed with 1011; but an interrupt closes it with 1001, and the
     * {@link ConversationException} that told of the end may pass.
     *
     * @param ws the connection
     * @throws Exception whatever it likes
     */
    void hold(Conversation ws) throws Exception;
}
