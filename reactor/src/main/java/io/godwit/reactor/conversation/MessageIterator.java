package io.godwit.reactor.conversation;

import io.godwit.reactor.endpoint.Message;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The messages of a conversation as they come, until its end. One thread. */
final class MessageIterator implements Iterator<Message> {

    private final Conversation conversation;
    private Message next;
    private boolean ended;

    MessageIterator(final Conversation conversation) {
        this.conversation = conversation;
    }

    @Override
    public boolean hasNext() {
        while (next == null && !ended) {
            final Received received = receive();
            ended = received.isClosed();
            // Null for a control frame, which is left out.
            next = received.message();
        }
        return next != null;
    }

    private Received receive() {
        try {
            return conversation.receive();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ConversationException.interrupted(e);
        }
    }

    @Override
    public Message next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the conversation has ended");
        }
        final Message message = next;
        next = null;
        return message;
    }
}
