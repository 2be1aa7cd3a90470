package io.godwit.reactor.session;

import io.godwit.reactor.endpoint.WebSocketHandler;

/** A handler of one connection that is handed messages on the loop, and deals with them on threads of its own. */
public interface AnswersLater extends WebSocketHandler {

    /**
     * The connection is about to be closed, by the peer or since the server goes down: no more messages will come. Once all
     * that have come are dealt with, {@link MailboxControl#answered} is to be called; our Close frame waits for that, within a
     * limit. Called on the loop, once at most.
     */
    void onLastMessage();

    /** From now on nothing is taken that it sends. Called on the loop, before its {@code onClose}, once. */
    void onSealed();
}
