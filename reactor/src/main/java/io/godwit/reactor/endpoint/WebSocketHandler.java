package io.godwit.reactor.endpoint;

import java.nio.ByteBuffer;

/**
 * What an application does with the connections of one endpoint. One handler serves them all; per-connection state goes
 * into {@link WebSocket#attach}.
 *
 * <p>All methods run where the endpoint says ({@link Execution}), never two for one connection at a time, and never inside a
 * call of the API: on the connection's loop, where they must not block, or on workers, where they may. What one throws ends its connection with 1011, is told to {@link #onError}, and goes to the
 * log; the loop and the other connections live on. A {@link NotTextException} alone ends it with 1003. Each begins with a clear
 * interrupt flag, whatever another callback has left.
 *
 * <p>Connections of different loops, or workers, call the same handler at the same time: what it keeps for all of them has to
 * bear that.
 *
 * <p>For each connection: {@link #onUpgrade}, and where that accepted {@link #onOpen}, then the others in the order of
 * events, then {@link #onClose} exactly once, as the last.
 */
public interface WebSocketHandler {

    /**
     * A request asks for this endpoint, and is a valid opening handshake from an allowed origin (RFC 6455 §4.2).
     *
     * @param request valid during the call
     * @return whether to accept it, and how; or later ({@link Upgrade#later}). Null, or an exception, is answered with 500
     */
    default Upgrade onUpgrade(final UpgradeRequest request) {
        return Upgrade.accept();
    }

    /**
     * The connection is open: the response has been written, and messages may be sent.
     *
     * @param ws the connection
     */
    default void onOpen(final WebSocket ws) {}

    /**
     * A message has come.
     *
     * @param ws the connection
     * @param message valid during the call
     */
    default void onMessage(final WebSocket ws, final Message message) {}

    /**
     * Whether this handler takes messages in parts: {@link #onFragment} is then called in place of {@link #onMessage}.
     * Asked once for each connection, when it opens, on its loop.
     *
     * @return false by default
     */
    default boolean takesFragments() {
        return false;
    }

    /**
     * A part of a message has come: as the bytes came, whatever the bounds of its frames are.
     *
     * @param ws the connection
     * @param view valid during the call; text may be cut inside a character
     * @param last whether the message ends with it
     */
    default void onFragment(final WebSocket ws, final Message view, final boolean last) {}

    /**
     * A Ping has come, and has been answered.
     *
     * @param ws the connection
     * @param payload borrowed, read-only, 125 bytes at most
     */
    default void onPing(final WebSocket ws, final ByteBuffer payload) {}

    /**
     * A Pong has come.
     *
     * @param ws the connection
     * @param payload borrowed, read-only, 125 bytes at most
     */
    default void onPong(final WebSocket ws, final ByteBuffer payload) {}

    /**
     * After a send was {@link SendResult#QUEUED} or {@link SendResult#DROPPED}, on whatever thread: what waits is under the
     * soft mark again, and the shortest of the messages that were refused would be taken now; or the loop has as much memory as
     * a message wanted. The connection is still open. Comes once for any number of such results; to one that another thread is
     * just being given it may come before.
     *
     * @param ws the connection
     */
    default void onWritable(final WebSocket ws) {}

    /**
     * Messages that were taken will not be sent: they made room for newer ones, as the endpoint's {@link SlowConsumerPolicy}
     * says; or they waited for the end of a message in fragments that has none ({@link MessageWriter}); or they were
     * published to a topic, and found no room here, or were too long for this connection. Comes once for all that were dropped since the last time.
     *
     * <p>What is sent here may itself drop messages, which is told by a further call: whoever sends here on every call keeps the
     * loop busy with it for as long as the peer takes nothing.
     *
     * @param ws the connection
     * @param messages how many
     * @param bytes how long they were on the wire, together
     */
    default void onDropped(final WebSocket ws, final long messages, final long bytes) {}

    /**
     * Something went wrong, and the connection is being ended for it; {@link #onClose} follows.
     *
     * @param ws the connection
     * @param failure what it was
     */
    default void onError(final WebSocket ws, final Failure failure) {}

    /**
     * The connection has ended: nothing will come or go any more.
     *
     * @param ws the connection
     * @param code the status code of the Close frame that the peer sent; 1005 where it had none, 1006 where no Close came; 1006 too
     *     if the connection was failed ({@link #onError} was told why), since then the peer's Close is not waited for
     * @param reason the reason it gave, or an empty string
     */
    default void onClose(final WebSocket ws, final int code, final String reason) {}

    /**
     * The connection has ended, as {@link #onClose(WebSocket, int, String)} tells, which this calls unless it is overridden:
     * for those who want to know whether all that was taken to be sent has left.
     *
     * @param ws the connection
     * @param close how it has ended
     */
    default void onClose(final WebSocket ws, final CloseInfo close) {
        onClose(ws, close.code(), close.reason());
    }

    /**
     * {@return a handler that sends each message back as it came. For one that is {@link SendResult#DROPPED} it stops reading, and
     * sends it once there is room; if messages of all its connections wait so, and take more than a 32nd of the heap, the next
     * connection is closed with 1013. One that is {@link SendResult#TOO_LONG} closes its connection with 1009. A handler that
     * delegates to it passes on onMessage, onWritable and onClose, and leaves it to this one to pause reading}
     */
    static WebSocketHandler echo() {
        return new Echo();
    }
}
