package io.godwit.core.protocol;

import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.message.MessageSink;
import java.nio.ByteBuffer;

/**
 * What came in. Called from within {@link WebSocketProtocol#receive}, and {@link #onViolation} from within
 * {@link WebSocketProtocol#fail} too, by the same thread; it may call any method of the protocol but {@code receive}, and
 * must not throw: an exception fails the connection ({@link WebSocketProtocol#receive}). Every buffer is borrowed: it is valid during the call, its payload lies between position and limit, and
 * its content must not be changed.
 */
public interface ProtocolListener extends MessageSink {

    /**
     * A Ping, which the protocol has answered already (RFC 6455 §5.5.2).
     *
     * @param payload borrowed, 125 bytes at most
     */
    void onPing(ByteBuffer payload);

    /**
     * A Pong, asked for or not (§5.5.3).
     *
     * @param payload borrowed, 125 bytes at most
     */
    void onPong(ByteBuffer payload);

    /**
     * The peer's Close frame, which the protocol has answered already where it was the first (§5.5.1, §7.1).
     *
     * @param code its status code, or {@link io.godwit.core.frame.CloseCode#NO_STATUS_RECEIVED}
     * @param reason its reason, or an empty string
     */
    void onClose(int code, String reason);

    /**
     * The connection was failed (§7.1.7), for what the peer sent or by {@link WebSocketProtocol#fail}. A Close frame that
     * says so has gone out, unless one was sent before or there was no room; what still comes in is discarded.
     *
     * @param violation what was wrong
     */
    void onViolation(ProtocolViolation violation);
}
