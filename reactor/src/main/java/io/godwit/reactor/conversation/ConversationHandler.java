package io.godwit.reactor.conversation;

import io.godwit.reactor.endpoint.Upgrade;
import io.godwit.reactor.endpoint.UpgradeRequest;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.session.HandlerPerConnection;

/** The handler of an endpoint whose connections are conversations: each has one of its own. */
final class ConversationHandler implements HandlerPerConnection {

    private final Starter starter;
    private final ConversationOptions options;

    ConversationHandler(final Starter starter, final ConversationOptions options) {
        this.starter = starter;
        this.options = options;
    }

    @Override
    public Upgrade onUpgrade(final UpgradeRequest request) {
        final Upgrade refusal = starter.refusal();
        return refusal != null ? refusal : options.upgrade().apply(request);
    }

    @Override
    public WebSocketHandler newHandler() {
        return new ConversationEvents(starter, options.controlFrames());
    }

    @Override
    public void onOpen(final WebSocket ws) {
        throw new IllegalStateException("the handler of a conversation is given to an endpoint on the loop, as it is");
    }
}
