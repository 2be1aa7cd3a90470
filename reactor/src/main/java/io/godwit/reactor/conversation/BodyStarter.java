package io.godwit.reactor.conversation;

import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.reactor.endpoint.NotTextException;
import io.godwit.reactor.endpoint.Upgrade;
import io.godwit.reactor.loop.RationedLog;
import java.util.Objects;

/** Runs a body for each conversation, as one task of an executor. */
final class BodyStarter implements Starter {

    private static final RationedLog LOG = new RationedLog();

    private final ConversationBody body;
    private final ConversationOptions options;

    BodyStarter(final ConversationBody body, final ConversationOptions options) {
        this.body = Objects.requireNonNull(body, "body");
        this.options = Objects.requireNonNull(options, "options");
    }

    @Override
    public Upgrade refusal() {
        return null;
    }

    @Override
    public void begun(final BlockingConversation conversation) {
        try {
            options.executor().execute(() -> hold(conversation));
        } catch (final Throwable t) {
            // No thread, or no more memory for one: it can be tried again later.
            LOG.log(System.Logger.Level.WARNING, "there is no thread for ", conversation, "", t);
            conversation.close(CloseCode.TRY_AGAIN_LATER);
        }
    }

    @Override
    public void ended(final BlockingConversation conversation) {
        // Its body has been told, or will be.
    }

    private void hold(final BlockingConversation conversation) {
        try {
            conversation.requireOwnThread();
            body.hold(conversation);
            conversation.close();
        } catch (final InterruptedException e) {
            conversation.close(CloseCode.GOING_AWAY);
        } catch (final ConversationException e) {
            if (e.isInterrupt()) {
                conversation.close(CloseCode.GOING_AWAY);
            } else if (conversation.closeCode() == 0) {
                fail(conversation, e);
            }
        } catch (final NotTextException e) {
            // The peer's doing, as where a handler lets it through.
            LOG.log(System.Logger.Level.DEBUG, "the body of ", conversation, " takes no binary messages", e);
            conversation.close(
                    ProtocolViolation.UNSUPPORTED_DATA.closeCode(), ProtocolViolation.UNSUPPORTED_DATA.text());
        } catch (final Throwable t) {
            fail(conversation, t);
        } finally {
            conversation.discard();
        }
    }

    /** The peer learns no more than 1011, the log all. */
    private static void fail(final BlockingConversation conversation, final Throwable thrown) {
        LOG.log(System.Logger.Level.ERROR, "the body of ", conversation, " threw", thrown);
        conversation.close(CloseCode.INTERNAL_ERROR);
    }
}
