package io.godwit.reactor.session;

import io.godwit.core.protocol.WebSocketProtocol;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.PauseReason;

/**
 * Whether an open connection is read: its socket by the connection, and what has been read already by the protocol, so that
 * a pause holds from the next frame on. Loop only, but for {@link #mailboxDrained}.
 */
final class Reading {

    private static final PauseReason[] OF_OPEN = {
        PauseReason.HANDLER, PauseReason.BACKLOG, PauseReason.RATE, PauseReason.MAILBOX
    };

    private final Connection connection;
    private final WebSocketProtocol protocol;

    /** What reading has waited for has come about. Set by any thread. */
    private volatile boolean mailboxDrained;

    Reading(final Connection connection, final WebSocketProtocol protocol) {
        this.connection = connection;
        this.protocol = protocol;
    }

    void pause(final PauseReason reason) {
        connection.pause(reason);
        protocol.pauseReceiving();
    }

    void resume(final PauseReason reason) {
        connection.resume(reason);
        if (!connection.isAborted() && !connection.isPaused()) {
            protocol.resumeReceiving();
        }
    }

    /** The connection is closing: the peer's Close has to be read, and nothing that comes before it is answered any more. */
    void resumeForTheClose() {
        for (final PauseReason reason : OF_OPEN) {
            resume(reason);
        }
    }

    /** The connection is cut off: messages that have come already are not delivered either. */
    void stop() {
        protocol.pauseReceiving();
    }

    /** The handler's mailbox has emptied enough to go on. Any thread. */
    void mailboxDrained() {
        if (connection.loop().inLoop()) {
            resume(PauseReason.MAILBOX);
        } else {
            mailboxDrained = true;
            connection.mail();
        }
    }

    /** Takes on what other threads have told. */
    void onMail() {
        if (mailboxDrained) {
            mailboxDrained = false;
            resume(PauseReason.MAILBOX);
        }
    }
}
