package io.godwit.reactor.conversation;

import io.godwit.core.http.HttpRequest;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A connection in the hands of a thread that may block: what comes is asked for, rather than called back.
 *
 * <pre>{@code
 * Endpoint.of(Conversation.handler(ws -> {
 *     for (Message message : ws.messages()) {
 *         ws.send("you said " + message.text());
 *     }
 * }))
 * }</pre>
 *
 * <p>Messages are copies: any thread may have them, for as long as it likes. As many as
 * {@link io.godwit.reactor.endpoint.MailboxLimits} allows wait to be received; then the peer is not read until half of them
 * have been. Control frames are answered, and left out unless {@link ConversationOptions#controlFrames} asks for them.
 *
 * <p>The end comes after all that came before it. After a closing handshake it is {@link Received.Kind#CLOSED}; where the
 * connection has ended otherwise, a {@link ConversationException} says how.
 *
 * <p>One thread receives at a time, which need not always be the same; any number may send. The endpoint of a conversation
 * runs {@link io.godwit.reactor.endpoint.Execution#LOOP on the loop}: the conversation has a thread already.
 * A server that is to run one on workers is not built.
 */
public interface Conversation extends WebSocket, AutoCloseable {

    /**
     * Makes the handler of an endpoint whose connections are conversations, each on a thread of its own: a virtual one where
     * the JDK has them, else one of a pool that grows with them.
     *
     * @param body run for each connection
     * @return the handler, to be given to the endpoint itself
     */
    static WebSocketHandler handler(final ConversationBody body) {
        return handler(body, ConversationOptions.DEFAULT);
    }

    /**
     * Makes the handler of an endpoint whose connections are conversations.
     *
     * @param body run for each connection
     * @param options where, and on which terms
     * @return the handler, to be given to the endpoint itself
     */
    static WebSocketHandler handler(final ConversationBody body, final ConversationOptions options) {
        return new ConversationHandler(new BodyStarter(body, options), options);
    }

    // --- receive

    /**
     * Waits for what comes next.
     *
     * @return a message, or the end; a Ping or Pong where they were asked for
     * @throws InterruptedException if the thread is interrupted; the conversation goes on
     * @throws ConversationException if the connection has ended without a closing handshake
     * @throws IllegalStateException if another thread is receiving, or on the connection's loop
     */
    Received receive() throws InterruptedException;

    /**
     * Waits for what comes next, for a time.
     *
     * @param timeout zero or less: not at all
     * @return as {@link #receive()}, or nothing where the time is up
     * @throws InterruptedException if the thread is interrupted; the conversation goes on
     * @throws ConversationException if the connection has ended without a closing handshake
     * @throws IllegalStateException if another thread is receiving, or on the connection's loop
     */
    Received receive(Duration timeout) throws InterruptedException;

    /**
     * Takes what has come, without waiting.
     *
     * @return as {@link #receive()}, or nothing yet
     * @throws ConversationException if the connection has ended without a closing handshake
     * @throws IllegalStateException if another thread is receiving
     */
    Received tryReceive();

    /**
     * Gives the messages that come, until the closing handshake. Control frames are left out.
     *
     * <p>Its iterator throws what {@link #receive()} does; an interrupt too is a {@link ConversationException} there, and the
     * thread stays interrupted.
     *
     * @return for one loop; another one goes on where it stopped
     */
    Iterable<Message> messages();

    // --- send

    /**
     * Waits until what waits for the peer is under the soft mark.
     *
     * @param timeout zero or less: not at all
     * @return whether it is, and the connection is open; false: the time is up, or it is closing or closed
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException on the connection's loop
     */
    boolean awaitWritable(Duration timeout) throws InterruptedException;

    /**
     * Sends a text message once what waits for the peer is under the soft mark: whoever produces more than the peer reads is
     * held up. How long a peer may hold it up is for {@link io.godwit.reactor.endpoint.OutboundLimits#timeout} to say.
     *
     * @param text its content
     * @return whether it was taken; {@link SendResult#TOO_LONG} for one that is longer than the hard limit
     * @throws InterruptedException if the thread is interrupted; it was not sent
     * @throws IllegalArgumentException if it holds an unpaired surrogate, which UTF-8 cannot carry
     * @throws IllegalStateException on the connection's loop
     */
    SendResult sendBlocking(CharSequence text) throws InterruptedException;

    /**
     * Sends a binary message, as {@link #sendBlocking(CharSequence)} does.
     *
     * @param bytes copied before the call returns, from position to limit; the position is not moved
     * @return whether it was taken
     * @throws InterruptedException if the thread is interrupted; it was not sent
     * @throws IllegalStateException on the connection's loop
     */
    SendResult sendBlocking(ByteBuffer bytes) throws InterruptedException;

    /**
     * Sends a received message, text as text, as {@link #sendBlocking(CharSequence)} does.
     *
     * @param message what was received
     * @return whether it was taken
     * @throws InterruptedException if the thread is interrupted; it was not sent
     * @throws IllegalStateException on the connection's loop
     */
    SendResult sendBlocking(Message message) throws InterruptedException;

    /**
     * {@return how many messages that were taken have been dropped later, where the endpoint's policy makes room for newer
     * ones}
     */
    long droppedMessages();

    // --- what it is

    /** {@return the opening request, kept as long as the conversation. Any thread} */
    @Override
    HttpRequest request();

    /**
     * Tells how it has ended.
     *
     * @return the status code of the Close frame that the peer sent; 1005 where it had none, 1006 where no Close came; 0: it
     *     has not ended
     */
    int closeCode();

    /** {@return the reason that the peer gave; an empty string where there is none} */
    String closeReason();

    @Override
    void close();
}
