package io.godwit.bench.load;

import io.godwit.core.frame.FrameParser;
import io.godwit.core.frame.FrameSink;
import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import java.nio.ByteBuffer;

/**
 * Takes what a server sends apart, and holds each message against the one that was sent: kind, length, content and order.
 * A server may answer in any number of frames, and may put control frames between them. For one thread.
 */
final class EchoReader implements FrameSink {

    private static final int OPCODE = 0x0F;
    private static final int CONTROL = 0x8;

    private final FrameParser parser = new FrameParser(this, false, 0);
    private final MessageContent content;
    private final int connection;
    private final int payloadBytes;
    private final Opcode kind;
    private final boolean isChecked;
    private long received;
    private boolean inMessage;
    private int messageBytes;
    private int opcode;
    private boolean isFinal;
    private ByteBuffer control;
    private ByteBuffer pingToAnswer;
    private boolean pongReceived;
    private boolean closeReceived;

    /**
     * Makes a reader that stands before the first message.
     *
     * @param options what the messages are
     * @param content what is in them
     * @param connection the number of the connection that sends what comes here
     */
    EchoReader(final LoadOptions options, final MessageContent content, final int connection) {
        this.content = content;
        this.connection = connection;
        payloadBytes = options.payloadBytes();
        kind = options.isText() ? Opcode.TEXT : Opcode.BINARY;
        isChecked = options.isChecked();
    }

    /**
     * Takes what has come.
     *
     * @param in all of it is consumed
     * @throws WrongEcho if it is not what had to come
     */
    void read(final ByteBuffer in) {
        final ProtocolViolation violation = parser.parse(in);
        if (violation != null) {
            throw wrong("a frame that breaks the protocol: " + violation);
        }
    }

    /** {@return how many messages have come} */
    long received() {
        return received;
    }

    /** {@return whether a Pong has come} */
    boolean pongReceived() {
        return pongReceived;
    }

    /** {@return whether a Close frame has come} */
    boolean closeReceived() {
        return closeReceived;
    }

    /** {@return the payload of the latest Ping that was not answered yet, or null; asked once} */
    ByteBuffer takePing() {
        final ByteBuffer payload = pingToAnswer;
        pingToAnswer = null;
        return payload;
    }

    @Override
    public ProtocolViolation judgeFirstByte(final int firstByte) {
        return null;
    }

    @Override
    public ProtocolViolation onHeader(final int firstByte, final long length) {
        opcode = firstByte & OPCODE;
        isFinal = (firstByte & FrameWriter.FIN) != 0;
        if (opcode >= CONTROL) {
            control = ByteBuffer.allocate((int) length);
            return null;
        }
        final int expected = inMessage ? Opcode.CONTINUATION.value() : kind.value();
        if (opcode != expected) {
            throw wrong("a frame of opcode " + opcode + " in place of " + expected);
        }
        if (messageBytes + length > payloadBytes || isFinal && messageBytes + length < payloadBytes) {
            throw wrong(messageBytes + length + " bytes in place of " + payloadBytes);
        }
        inMessage = true;
        return null;
    }

    @Override
    public ProtocolViolation onPayload(final ByteBuffer payload, final boolean frameEnds, final boolean ascii) {
        if (opcode >= CONTROL) {
            control.put(payload);
            if (frameEnds) {
                endControl();
            }
            return null;
        }
        final int length = payload.remaining();
        if (isChecked && !content.matches(payload, messageBytes, connection, received)) {
            throw wrong("other content");
        }
        messageBytes += length;
        if (frameEnds && isFinal) {
            received++;
            messageBytes = 0;
            inMessage = false;
        }
        return null;
    }

    private void endControl() {
        if (opcode == Opcode.CLOSE.value()) {
            closeReceived = true;
        } else if (opcode == Opcode.PING.value()) {
            pingToAnswer = control.flip();
        } else {
            pongReceived = true;
        }
        control = null;
    }

    private WrongEcho wrong(final String what) {
        return new WrongEcho("connection " + connection + ", message " + received + ": " + what);
    }
}
