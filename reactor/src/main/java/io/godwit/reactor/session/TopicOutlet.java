package io.godwit.reactor.session;

import io.godwit.core.message.EncodedMessage;
import io.godwit.reactor.broadcast.Outlet;
import io.godwit.reactor.net.Connection;

/** How the messages of topics leave by a connection: as any others do. Loop only. */
final class TopicOutlet implements Outlet {

    private final Connection connection;
    private final SendPath sendPath;

    TopicOutlet(final Connection connection, final SendPath sendPath) {
        this.connection = connection;
        this.sendPath = sendPath;
    }

    @Override
    public void begin() {
        connection.gather();
    }

    @Override
    public boolean deliver(final EncodedMessage message) {
        return sendPath.sendShared(message).isTaken();
    }

    @Override
    public void finish() {
        connection.leave();
    }

    @Override
    public void fail(final Throwable thrown) {
        connection.fail(thrown);
    }
}
