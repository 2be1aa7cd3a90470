package io.godwit.bench.micro;

import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.protocol.ProtocolListener;
import io.godwit.core.protocol.WebSocketProtocol;
import java.nio.ByteBuffer;

/** Counts messages and Pings, and sends the messages back where it was told by what. */
final class MessageCount implements ProtocolListener {

    private WebSocketProtocol echo;
    private int messages;
    private int pings;

    /** Sends back what comes, by a protocol. */
    void echoBy(final WebSocketProtocol protocol) {
        echo = protocol;
    }

    /** {@return how many messages there were} */
    int messages() {
        return messages;
    }

    /** {@return how many Pings there were} */
    int pings() {
        return pings;
    }

    @Override
    public void onMessage(final Opcode kind, final ByteBuffer message) {
        messages++;
        if (echo != null) {
            echo.send(kind, message);
        }
    }

    @Override
    public void onFragment(final Opcode kind, final ByteBuffer fragment, final boolean last) {
        throw new IllegalStateException("messages are delivered whole");
    }

    @Override
    public void onPing(final ByteBuffer bytes) {
        pings++;
    }

    @Override
    public void onPong(final ByteBuffer bytes) {
        throw new IllegalStateException("there is no Pong");
    }

    @Override
    public void onClose(final int code, final String reason) {
        throw new IllegalStateException("there is no Close");
    }

    @Override
    public void onViolation(final ProtocolViolation violation) {
        throw new IllegalStateException("the messages are valid, not " + violation);
    }
}
