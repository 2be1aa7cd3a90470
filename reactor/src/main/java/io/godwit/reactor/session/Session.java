package io.godwit.reactor.session;

import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.Opcode;
import io.godwit.core.http.HttpRequest;
import io.godwit.core.protocol.ReadyState;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.net.Connection;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * What a handler holds of a connection: on the loop each call goes to the stage at once, from elsewhere through the inbox.
 */
final class Session implements WebSocket {

    private final Connection connection;
    private final WebSocketStage stage;
    private final SendPath sendPath;
    private final Inbox inbox;
    private final String path;
    private final String subprotocol;
    private HttpRequest request;
    private volatile Object attachment;

    Session(
            final Connection connection,
            final WebSocketStage stage,
            final SendPath sendPath,
            final Inbox inbox,
            final Opening opening) {
        this.connection = connection;
        this.stage = stage;
        this.sendPath = sendPath;
        this.inbox = inbox;
        path = opening.path();
        subprotocol = opening.subprotocol();
        request = opening.request();
        attachment = opening.attachment();
    }

    /** The handler has had its chance: an idle connection does not keep the head. */
    void forgetRequest() {
        request = null;
    }

    private boolean inLoop() {
        return connection.loop().inLoop();
    }

    private void requireLoop(final String what) {
        if (!inLoop()) {
            throw new IllegalStateException(what + " is for the connection's own loop; this is thread "
                    + Thread.currentThread().getName());
        }
    }

    // --- send

    @Override
    public SendResult send(final CharSequence text) {
        return inLoop() ? sendPath.sendText(text) : handOver(Opcode.TEXT, Payloads.utf8(text));
    }

    @Override
    public SendResult send(final ByteBuffer bytes) {
        return send(Opcode.BINARY, bytes);
    }

    @Override
    public SendResult send(final Message message) {
        if (message instanceof MessageView view) {
            // Only the loop can hold a view that is valid; its payload need not leave the read buffer.
            requireLoop("a message that is not a copy()");
            if (view.isText() && !view.isWhole()) {
                throw new IllegalArgumentException("a fragment of a text message is no message; use startMessage()");
            }
            return sendPath.send(view.isText() ? Opcode.TEXT : Opcode.BINARY, view.payload());
        }
        return send(message.isText() ? Opcode.TEXT : Opcode.BINARY, message.bytes());
    }

    private SendResult send(final Opcode kind, final ByteBuffer payload) {
        return inLoop() ? sendPath.send(kind, payload) : handOver(kind, Payloads.copyOf(payload));
    }

    private SendResult handOver(final Opcode opcode, final ByteBuffer owned) {
        if (inbox.closeRequest() != null || !isOpen()) {
            return SendResult.CLOSED;
        }
        final int roomBytes = sendPath.roomFor(owned.remaining());
        if (!connection.outbound().takeRoom(roomBytes)) {
            // The loop may have looked for whom to tell of its room just before.
            connection.mail();
            return SendResult.DROPPED;
        }
        inbox.add(new Outgoing(opcode, owned, roomBytes));
        connection.mail();
        return connection.outbound().isOverSoftMark() ? SendResult.QUEUED : SendResult.SENT;
    }

    @Override
    public MessageWriter startMessage(final Opcode kind) {
        requireLoop("startMessage()");
        if (kind != Opcode.TEXT && kind != Opcode.BINARY) {
            throw new IllegalArgumentException("a message is text or binary, not " + kind);
        }
        return sendPath.startMessage(kind);
    }

    @Override
    public SendResult ping(final ByteBuffer payload) {
        return control(Opcode.PING, payload);
    }

    @Override
    public SendResult pong(final ByteBuffer payload) {
        return control(Opcode.PONG, payload);
    }

    private SendResult control(final Opcode opcode, final ByteBuffer payload) {
        Payloads.requireControlLength(payload);
        return inLoop() ? sendPath.sendControl(opcode, payload) : handOver(opcode, Payloads.copyOf(payload));
    }

    // --- end

    @Override
    public void close() {
        close(CloseCode.NORMAL_CLOSURE, "");
    }

    @Override
    public void close(final int code) {
        close(code, "");
    }

    @Override
    public void close(final int code, final String reason) {
        Payloads.requireClose(code, reason);
        inbox.requestClose(code, reason);
        if (inLoop()) {
            stage.closeAsRequested();
        } else {
            connection.mail();
        }
    }

    @Override
    public void abort() {
        inbox.requestAbort();
        if (inLoop()) {
            stage.abort();
        } else {
            connection.mail();
        }
    }

    @Override
    public void pauseReading() {
        pause(true);
    }

    @Override
    public void resumeReading() {
        pause(false);
    }

    private void pause(final boolean paused) {
        inbox.requestPause(paused);
        if (inLoop()) {
            stage.pauseAsRequested();
        } else {
            connection.mail();
        }
    }

    // --- what it is

    @Override
    public long id() {
        return connection.id();
    }

    @Override
    public SocketAddress remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String subprotocol() {
        return subprotocol;
    }

    @Override
    public HttpRequest request() {
        requireLoop("request()");
        if (request == null) {
            throw new IllegalStateException("the request is kept until onOpen has returned");
        }
        return request;
    }

    @Override
    public ReadyState readyState() {
        return stage.readyState();
    }

    @Override
    public boolean isOpen() {
        return readyState() == ReadyState.OPEN;
    }

    @Override
    public long bufferedBytes() {
        return connection.outbound().waitingBytes();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T attachment() {
        return (T) attachment;
    }

    @Override
    public void attach(final Object object) {
        attachment = object;
    }

    @Override
    public String toString() {
        return "WebSocket " + id() + " " + path + " " + remoteAddress() + " " + readyState();
    }
}
