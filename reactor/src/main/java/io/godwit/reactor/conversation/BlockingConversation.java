package io.godwit.reactor.conversation;

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
import io.godwit.reactor.session.MailboxControl;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;

/** A connection with a mailbox before it, for threads that may block. All that does not block is the connection's own. */
final class BlockingConversation implements Conversation, Subscribing {

    private final WebSocket ws;
    private final MailboxControl control;
    private final Mailbox mailbox;
    private final HttpRequest request;
    private final Waiters writers = new Waiters();

    /** How often there was room again, or the end of it all. Counted by the loop. */
    private volatile int wakes;

    /** Counted by the loop. */
    private volatile long droppedMessages;

    BlockingConversation(final WebSocket ws, final MailboxControl control, final Mailbox mailbox) {
        this.ws = ws;
        this.control = control;
        this.mailbox = mailbox;
        request = ws.request();
    }

    /** Whoever blocks the loop waits for himself. */
    void requireOwnThread() {
        if (control.isInLoop()) {
            throw new IllegalStateException(
                    "this blocks, and " + Thread.currentThread().getName() + " is the loop");
        }
    }

    void discard() {
        mailbox.discard();
    }

    boolean hasNothingToReceive() {
        return mailbox.isEmpty();
    }

    // --- receive

    @Override
    public Received receive() throws InterruptedException {
        requireOwnThread();
        return mailbox.receive(Waiters.noDeadlineNs());
    }

    @Override
    public Received receive(final Duration timeout) throws InterruptedException {
        requireOwnThread();
        return mailbox.receive(Waiters.deadlineNs(timeout));
    }

    @Override
    public Received tryReceive() {
        return mailbox.tryReceive();
    }

    @Override
    public Iterable<Message> messages() {
        return () -> new MessageIterator(this);
    }

    // --- send

    /** Some of what waited has left, or nothing will any more. Loop only. */
    void noteWritable() {
        wakes = wakes + 1;
        writers.signal();
    }

    /** Loop only, so that nobody else counts meanwhile. */
    void noteDropped(final long messages) {
        droppedMessages = droppedMessages + messages;
    }

    @Override
    public long droppedMessages() {
        return droppedMessages;
    }

    @Override
    public boolean awaitWritable(final Duration timeout) throws InterruptedException {
        requireOwnThread();
        return awaitRoom(0, Waiters.deadlineNs(timeout));
    }

    /** {@return whether so much may be sent; false: the time is up, or nothing may be sent any more} */
    private boolean awaitRoom(final int bytes, final long deadlineNs) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return writers.await(() -> control.hasRoomFor(bytes), deadlineNs) && isOpen();
    }

    @Override
    public SendResult sendBlocking(final CharSequence text) throws InterruptedException {
        // Once for all the times that it may have to be tried.
        final String content = Utf8.snapshot(text);
        return sendBlocking(Utf8.encodedLength(content), () -> ws.send(content));
    }

    @Override
    public SendResult sendBlocking(final ByteBuffer bytes) throws InterruptedException {
        return sendBlocking(bytes.remaining(), () -> ws.send(bytes));
    }

    @Override
    public SendResult sendBlocking(final Message message) throws InterruptedException {
        return sendBlocking(message.length(), () -> ws.send(message));
    }

    private SendResult sendBlocking(final int payloadBytes, final Supplier<SendResult> send)
            throws InterruptedException {
        requireOwnThread();
        final EndpointLimits limits = control.limits();
        final long bytes = EndpointLimits.outboundBytesMin(0, payloadBytes, limits.fragmentBytes());
        if (bytes > limits.outbound().bytesMax()) {
            // There may never be room for it: the answer is the same as for any send.
            return send.get();
        }
        while (true) {
            awaitRoom((int) bytes, Waiters.noDeadlineNs());
            final int before = wakes;
            final SendResult result = send.get();
            if (result != SendResult.DROPPED) {
                return result;
            }
            // Others have been faster, or the loop has no memory left: whoever is refused is told when that has
            // changed.
            writers.await(() -> wakes != before, Waiters.noDeadlineNs());
        }
    }

    @Override
    public SendResult send(final CharSequence text) {
        return ws.send(text);
    }

    @Override
    public SendResult send(final ByteBuffer bytes) {
        return ws.send(bytes);
    }

    @Override
    public SendResult send(final Message message) {
        return ws.send(message);
    }

    @Override
    public SendResult send(final EncodedMessage message) {
        return ws.send(message);
    }

    @Override
    public MessageWriter startMessage(final Opcode kind) {
        return ws.startMessage(kind);
    }

    @Override
    public SendResult ping(final ByteBuffer payload) {
        return ws.ping(payload);
    }

    @Override
    public SendResult pong(final ByteBuffer payload) {
        return ws.pong(payload);
    }

    // --- end

    @Override
    public void close() {
        ws.close();
    }

    @Override
    public void close(final int code) {
        ws.close(code);
    }

    @Override
    public void close(final int code, final String reason) {
        ws.close(code, reason);
    }

    @Override
    public void abort() {
        ws.abort();
        mailbox.discard();
    }

    @Override
    public int closeCode() {
        return mailbox.closeCode();
    }

    @Override
    public String closeReason() {
        return mailbox.closeReason();
    }

    @Override
    public void pauseReading() {
        ws.pauseReading();
    }

    @Override
    public void resumeReading() {
        ws.resumeReading();
    }

    // --- what it is

    @Override
    public Subscriber subscriber() {
        return ((Subscribing) ws).subscriber();
    }

    @Override
    public long id() {
        return ws.id();
    }

    @Override
    public SocketAddress remoteAddress() {
        return ws.remoteAddress();
    }

    @Override
    public String path() {
        return ws.path();
    }

    @Override
    public String subprotocol() {
        return ws.subprotocol();
    }

    @Override
    public HttpRequest request() {
        return request;
    }

    @Override
    public ReadyState readyState() {
        return ws.readyState();
    }

    @Override
    public boolean isOpen() {
        return ws.isOpen();
    }

    @Override
    public long bufferedBytes() {
        return ws.bufferedBytes();
    }

    @Override
    public <T> T attachment() {
        return ws.attachment();
    }

    @Override
    public void attach(final Object attachment) {
        ws.attach(attachment);
    }

    @Override
    public String toString() {
        return "conversation of " + ws;
    }
}
