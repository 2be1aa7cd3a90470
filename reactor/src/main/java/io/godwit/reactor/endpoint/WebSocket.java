package io.godwit.reactor.endpoint;

import io.godwit.core.frame.Opcode;
import io.godwit.core.http.HttpRequest;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.protocol.ReadyState;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * One open connection, as its handler sees it.
 *
 * <p>Its loop owns it: there a send goes straight to the socket's batch. {@code send}, {@code ping},
 * {@code pong}, {@code close}, {@code abort}, {@code pauseReading}, {@code resumeReading} and what only reads may be called
 * by any thread, at any time, any number at once; they never block, and never throw for a slow or vanished peer. From
 * another thread payload is copied and handed to the loop. No callback runs inside these calls.
 */
public interface WebSocket {

    /** {@return a number that no other connection of this server has had} */
    long id();

    /** {@return the peer's address} */
    SocketAddress remoteAddress();

    /** {@return the path of the endpoint that serves it} */
    String path();

    /** {@return the subprotocol that was agreed on, or null} */
    String subprotocol();

    /**
     * Gives the opening request. On the thread that runs onOpen.
     *
     * @return its head
     * @throws IllegalStateException after {@link WebSocketHandler#onOpen} has returned: an idle connection does not keep it
     */
    HttpRequest request();

    /**
     * {@return the state of the connection; {@link ReadyState#OPEN} until either side has begun to close. Where the handler
     * does not run on the loop, the peer's Close counts from when what came before it has been answered}
     */
    ReadyState readyState();

    /** {@return whether {@link #readyState} is {@link ReadyState#OPEN}} */
    boolean isOpen();

    /**
     * {@return the bytes that were taken by send and that the socket has not taken yet: the hard limit at most, or twice that
     * where a policy evicts, or while messages wait for the end of one that is sent in fragments; on top come 4 KiB for control frames, and what was being written when the socket had enough, which
     * is under the soft mark and one message}
     */
    long bufferedBytes();

    /**
     * Sends a text message. A {@link String} is encoded straight to where it leaves from; of any other text a String is made
     * first, so that it is read once.
     *
     * @param text its content
     * @return whether it was taken
     * @throws IllegalArgumentException if it holds an unpaired surrogate, which UTF-8 cannot carry
     */
    SendResult send(CharSequence text);

    /**
     * Sends a binary message.
     *
     * @param bytes copied before the call returns, from position to limit; the position is not moved. If another thread writes
     *     to it meanwhile, the message has the length that it had at first
     * @return whether it was taken
     * @throws IndexOutOfBoundsException if another thread lowers its limit meanwhile; nothing is sent
     */
    SendResult send(ByteBuffer bytes);

    /**
     * Sends a received message as it is, text as text. On the connection's loop this copies once, from the read buffer to
     * the write batch.
     *
     * @param message one that is valid now; or an implementation of the caller's own, each of whose methods is asked once
     * @return whether it was taken
     * @throws IllegalStateException if it is not valid any more, or belongs to another thread
     * @throws IllegalArgumentException if it is a fragment of a text message, or the caller's own and its text is not UTF-8
     */
    SendResult send(Message message);

    /**
     * Sends a message that was encoded once and goes to many connections, without a copy where it is long or has to wait.
     *
     * @param message shared; any thread may send it to any connection at any time
     * @return whether it was taken
     */
    SendResult send(EncodedMessage message);

    /**
     * Starts a message that is sent in fragments (RFC 6455 §5.4). Any thread; one such message at a time.
     *
     * @param kind {@link Opcode#TEXT} or {@link Opcode#BINARY}
     * @return what to append to
     * @throws IllegalArgumentException for any other opcode
     * @throws IllegalStateException if another one is not finished yet
     */
    MessageWriter startMessage(Opcode kind);

    /**
     * Sends a Ping (RFC 6455 §5.5.2).
     *
     * @param payload copied; 125 bytes at most
     * @return whether it was taken
     * @throws IllegalArgumentException if it is longer
     */
    SendResult ping(ByteBuffer payload);

    /**
     * Sends an unsolicited Pong (§5.5.3). Pings are answered without it.
     *
     * @param payload copied; 125 bytes at most
     * @return whether it was taken
     * @throws IllegalArgumentException if it is longer
     */
    SendResult pong(ByteBuffer payload);

    /** Starts the closing handshake with 1000. */
    void close();

    /**
     * Starts the closing handshake (§7.1.2) with an empty reason.
     *
     * @param code 1000 to 1003, 1007 to 1014, or 3000 to 4999
     * @throws IllegalArgumentException for any other code
     */
    void close(int code);

    /**
     * Starts the closing handshake (§7.1.2). What any thread was told is {@link SendResult#SENT} or
     * {@link SendResult#QUEUED} leaves first, and nothing is taken any more; from the return of this call on no further
     * message is handed to the handler, be it one that has come already. A peer that does not answer within the closing limit
     * is cut off. A repeated call does nothing.
     *
     * @param code 1000 to 1003, 1007 to 1014, or 3000 to 4999
     * @param reason 123 bytes of UTF-8 at most
     * @throws IllegalArgumentException for any other code or a longer reason
     */
    void close(int code, String reason);

    /**
     * Cuts the connection off without a closing handshake; {@code onClose} follows, with 1006. From the return of this call on
     * no further message is handed to the handler, be it one that has come already.
     */
    void abort();

    /**
     * Stops reading from the peer after the current message, so that TCP holds it back. Pings then go unanswered too, and
     * its silence is not judged: that it has gone shows when reading goes on, or when something sent to it fails. What has
     * come already waits too, and is lost if the connection ends before. If the peer's Close is among it, or the server goes down
     * meanwhile, a handler on workers has half of the closing limit to go on.
     */
    void pauseReading();

    /** Undoes {@link #pauseReading}. */
    void resumeReading();

    /**
     * Gives what was attached. Any thread sees what {@link #attach} was given last; what is inside is the handler's matter.
     *
     * @param <T> what the caller knows it to be
     * @return the attachment, or null
     */
    <T> T attachment();

    /**
     * Attaches an object of the handler's own, in place of the former.
     *
     * @param attachment may be null
     */
    void attach(Object attachment);
}
