package io.godwit.reactor.session;

import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.Opcode;
import io.godwit.core.http.HttpRequest;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.message.Utf8;
import io.godwit.core.protocol.ReadyState;
import io.godwit.reactor.broadcast.Subscriber;
import io.godwit.reactor.broadcast.Subscribing;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.net.Connection;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * What a handler holds of a connection: on the loop each call goes to the stage at once, from elsewhere through the inbox.
 */
final class Session implements WebSocket, Subscribing, MailboxControl {

    private final Connection connection;
    private final SendPath sendPath;
    private final String path;
    private final String subprotocol;
    private HttpRequest request;

    private volatile boolean endAsked;
    private volatile Object attachment;

    Session(final Connection connection, final SendPath sendPath, final Opening opening) {
        this.connection = connection;
        this.sendPath = sendPath;
        path = opening.path();
        subprotocol = opening.subprotocol();
        request = opening.request();
        attachment = opening.attachment();
    }

    /** The handler has had its chance: an idle connection does not keep the head. */
    void forgetRequest() {
        request = null;
    }

    /** {@return whether somebody has called close() or abort(): to the handler nothing matters any more but the end} */
    boolean isEndAsked() {
        return endAsked;
    }

    /** The way out knows it: to keep it here as well would cost each idle connection 8 bytes. */
    WebSocketStage stage() {
        return sendPath.stage();
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
        // Its own code may run here, and end the connection: the state is asked afterwards.
        final String content = Utf8.snapshot(text);
        if (inLoop()) {
            return sendPath.sendText(content);
        }
        return sendPath.gate().handOver(content);
    }

    @Override
    public SendResult send(final ByteBuffer bytes) {
        return send(Opcode.BINARY, Objects.requireNonNull(bytes, "bytes"));
    }

    @Override
    public SendResult send(final Message message) {
        if (message instanceof MessageView view) {
            final MessageViews shown = view.shown();
            final Opcode kind = kindOf(shown.isText(), shown.isWhole());
            // It is here, so that its loop is this thread's; where that is another one, this thread may drive both.
            return shown.isOf(connection.loop()) ? sendPath.send(kind, shown.payload()) : send(kind, shown.payload());
        }
        if (message instanceof MessageCopy copy) {
            return send(kindOf(copy.isText(), copy.isWhole()), ByteBuffer.wrap(copy.payload()));
        }
        // The caller's own: each asked once.
        final Opcode kind = kindOf(message.isText(), true);
        final ByteBuffer payload = Objects.requireNonNull(message.bytes(), "what message.bytes() returns");
        return send(kind, kind == Opcode.TEXT ? Payloads.textOf(payload) : payload);
    }

    private static Opcode kindOf(final boolean text, final boolean whole) {
        if (text && !whole) {
            throw new IllegalArgumentException("a fragment of a text message is no message; use startMessage()");
        }
        return text ? Opcode.TEXT : Opcode.BINARY;
    }

    private SendResult send(final Opcode kind, final ByteBuffer payload) {
        return inLoop() ? sendPath.send(kind, payload) : sendPath.gate().handOver(kind, payload);
    }

    @Override
    public SendResult send(final EncodedMessage message) {
        Objects.requireNonNull(message, "message");
        if (inLoop()) {
            return sendPath.sendShared(message);
        }
        return sendPath.gate().handOver(message);
    }

    @Override
    public MessageWriter startMessage(final Opcode kind) {
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
        Payloads.requireControlLength(payload.remaining());
        return inLoop()
                ? sendPath.sendControl(opcode, payload)
                : sendPath.gate().handOver(opcode, payload);
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
        endAsked = true;
        stage().requestClose(code, reason);
        if (inLoop()) {
            stage().closeAsRequested();
        } else {
            connection.mail();
        }
    }

    @Override
    public void abort() {
        endAsked = true;
        stage().requestAbort();
        if (inLoop()) {
            stage().abort();
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
        stage().inbox().requestPause(paused);
        if (inLoop()) {
            stage().pauseAsRequested();
        } else {
            connection.mail();
        }
        stage().lookAtMailbox();
    }

    // --- a mailbox of its handler's

    @Override
    public EndpointLimits limits() {
        return stage().limits();
    }

    @Override
    public boolean isInLoop() {
        return inLoop();
    }

    @Override
    public boolean hasRoomFor(final int bytes) {
        final boolean hasRoom = connection.outbound().hasRoomFor(bytes);
        if (!hasRoom) {
            // The loop may have looked for whom to tell of it just before.
            connection.mail();
        }
        return hasRoom;
    }

    @Override
    public void answered() {
        stage().answered();
    }

    @Override
    public void mailboxFull() {
        stage().mailboxFull();
    }

    @Override
    public void mailboxDrained() {
        stage().mailboxDrained();
    }

    // --- topics

    @Override
    public Subscriber subscriber() {
        return sendPath.subscriber(stage().shared().deliveries());
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
        if (stage().workerHandler() != null) {
            return stage().workerHandler().request();
        }
        requireLoop("request()");
        if (request == null) {
            throw new IllegalStateException("the request is kept until onOpen has returned");
        }
        return request;
    }

    @Override
    public ReadyState readyState() {
        return stage().readyState();
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
