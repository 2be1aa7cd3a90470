package io.godwit.reactor.conversation;

import io.godwit.reactor.endpoint.Failure;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.session.AnswersLater;
import io.godwit.reactor.session.MailboxControl;
import java.nio.ByteBuffer;

/** The events of one connection on their way to the thread that holds the conversation. Loop only. */
final class ConversationEvents implements AnswersLater {

    private final Starter starter;
    private final boolean controlFrames;
    private Mailbox mailbox;
    private BlockingConversation conversation;
    private Failure failure;

    ConversationEvents(final Starter starter, final boolean controlFrames) {
        this.starter = starter;
        this.controlFrames = controlFrames;
    }

    @Override
    public void onOpen(final WebSocket ws) {
        if (!(ws instanceof MailboxControl control) || !control.isInLoop()) {
            throw new IllegalStateException("a conversation has a thread of its own: its endpoint runs on the loop");
        }
        mailbox = new Mailbox(control);
        conversation = new BlockingConversation(ws, control, mailbox);
        starter.begun(conversation);
    }

    @Override
    public void onMessage(final WebSocket ws, final Message message) {
        mailbox.add(Received.message(message.copy()));
    }

    @Override
    public void onPing(final WebSocket ws, final ByteBuffer payload) {
        if (controlFrames) {
            mailbox.add(Received.control(Received.Kind.PING, payload));
        }
    }

    @Override
    public void onPong(final WebSocket ws, final ByteBuffer payload) {
        if (controlFrames) {
            mailbox.add(Received.control(Received.Kind.PONG, payload));
        }
    }

    @Override
    public void onLastMessage() {
        mailbox.last();
    }

    @Override
    public void onSealed() {
        conversation.noteWritable();
    }

    @Override
    public void onWritable(final WebSocket ws) {
        conversation.noteWritable();
    }

    @Override
    public void onDropped(final WebSocket ws, final long messages, final long bytes) {
        conversation.noteDropped(messages);
    }

    @Override
    public void onError(final WebSocket ws, final Failure cause) {
        // What comes after the first is its consequence.
        if (failure == null) {
            failure = cause;
        }
    }

    @Override
    public void onClose(final WebSocket ws, final int code, final String reason) {
        // Where onOpen threw there is none.
        if (conversation != null) {
            mailbox.end(failure, code, reason);
            conversation.noteWritable();
            starter.ended(conversation);
        }
    }
}
