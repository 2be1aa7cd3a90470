package io.godwit.reactor.conversation;

import io.godwit.reactor.endpoint.Upgrade;

/** Who brings conversations about. Called by their loops. */
interface Starter {

    /** {@return a refusal where there is no room for one more; null: there is} */
    Upgrade refusal();

    /** One has begun. */
    void begun(BlockingConversation conversation);

    /** One has ended; it may not have been taken up yet. */
    void ended(BlockingConversation conversation);
}
