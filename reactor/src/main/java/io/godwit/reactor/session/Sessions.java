package io.godwit.reactor.session;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.net.Connection;

/** Opens the WebSocket connections of one loop, and holds what they share. Loop only. */
public final class Sessions {

    private final MessageView view;
    private final long idleTimeoutNs;
    private final long closeTimeoutNs;

    /**
     * Makes the shared things of a loop.
     *
     * @param loop the owner
     * @param idleTimeoutNs after how much silence of the peer a connection is closed
     * @param closeTimeoutNs how long a closing handshake may take
     */
    public Sessions(final EventLoop loop, final long idleTimeoutNs, final long closeTimeoutNs) {
        view = new MessageView(loop.readBuffer());
        this.idleTimeoutNs = idleTimeoutNs;
        this.closeTimeoutNs = closeTimeoutNs;
    }

    /**
     * Makes a WebSocket connection of a connection whose opening handshake has succeeded, and tells its handler.
     *
     * @param connection the response is on its way
     * @param opening what was agreed on
     */
    public void open(final Connection connection, final Opening opening) {
        final WebSocketStage stage = new WebSocketStage(connection, opening, this);
        connection.stage(stage);
        stage.open();
    }

    MessageView view() {
        return view;
    }

    long idleTimeoutNs() {
        return idleTimeoutNs;
    }

    long closeTimeoutNs() {
        return closeTimeoutNs;
    }
}
