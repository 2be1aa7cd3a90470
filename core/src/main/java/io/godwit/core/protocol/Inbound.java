package io.godwit.core.protocol;

import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.ClosePayload;
import io.godwit.core.frame.FrameParser;
import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.message.ControlSink;
import io.godwit.core.message.MessageAssembler;
import io.godwit.core.message.MessageExtension;
import java.nio.ByteBuffer;

/**
 * The inbound side of a connection: takes the peer's bytes apart, answers its Pings and its Close, tells the listener the
 * rest, and keeps what was borrowed for that until nothing more is to come.
 */
final class Inbound implements ControlSink {
    private final ClosingHandshake closing;
    private final MessageSender sender;
    private final MessageExtension extension;
    private final MessageAssembler assembler;
    private final FrameParser parser;
    private ProtocolListener listener;
    private boolean receiving;
    private boolean extensionReleased;
    private int closeCode = CloseCode.ABNORMAL_CLOSURE;
    private String closeReason = "";

    Inbound(final WebSocketProtocol.Builder builder, final ClosingHandshake closing, final MessageSender sender) {
        this.closing = closing;
        this.sender = sender;
        listener = builder.listener;
        extension = builder.extension;
        assembler = new MessageAssembler(
                listener,
                this,
                builder.buffers,
                extension,
                builder.limits.frameBytesMax(),
                builder.limits.messageBytesMax(),
                builder.limits.fragmentsMax(),
                builder.deliverFragments);
        // §5.1: what a server receives is masked, what a client receives is not.
        parser = new FrameParser(assembler, builder.role == Role.SERVER, extension == null ? 0 : extension.rsvBits());
    }

    void requireNotReceiving() {
        if (receiving) {
            throw new IllegalStateException("receive from within one of its own callbacks");
        }
    }

    void requireReadable(final ByteBuffer in) {
        parser.requireReadable(in);
    }

    ProtocolViolation receive(final ByteBuffer in) {
        receiving = true;
        try {
            return parser.parse(in);
        } finally {
            receiving = false;
        }
    }

    void suspend() {
        parser.suspend();
    }

    void resume() {
        parser.resume();
    }

    void serve(final ProtocolListener other) {
        listener = other;
        assembler.serve(other);
    }

    /** {@return whether nothing has begun that is not over, so that a new one would do as well} */
    boolean isAtRest() {
        // What an extension remembers of former messages is not known here.
        return !receiving && parser.isAtRest() && assembler.isAtRest() && extension == null;
    }

    /** {@return whether a frame or message has begun that is not over} */
    boolean isUnfinished() {
        return !parser.isBeforeFrame() || assembler.isInMessage();
    }

    boolean isInMessage() {
        return assembler.isInMessage();
    }

    int heldBytes() {
        return assembler.heldBytes();
    }

    int heldRoomBytes() {
        return assembler.heldRoomBytes();
    }

    /** From now on messages are judged as before, but not told. */
    void discardMessages() {
        assembler.discardMessages();
    }

    /** Nothing more is told, not even the rest of what an extension is just handing on in parts. */
    void stop() {
        parser.suspend();
        assembler.discardMessages();
        release();
    }

    /** Gives memory back, but not under the feet of a callback that runs: then {@link #receive}'s caller does it. */
    void release() {
        if (receiving) {
            return;
        }
        assembler.release();
        if (extension != null && closing.input() == ClosingHandshake.Input.ENDED && !extensionReleased) {
            extensionReleased = true;
            extension.release();
        }
    }

    int closeCode() {
        return closeCode;
    }

    String closeReason() {
        return closeReason;
    }

    @Override
    public void onControl(final Opcode opcode, final ByteBuffer payload) {
        if (opcode == Opcode.CLOSE) {
            onClose(payload);
        } else if (closing.isOpen()) {
            if (opcode == Opcode.PING) {
                onPing(payload);
            } else {
                listener.onPong(payload);
            }
        }
    }

    private void onClose(final ByteBuffer payload) {
        final ClosePayload close = ClosePayload.parse(payload);
        closeCode = close.code();
        closeReason = close.reason();
        closing.on(ClosingHandshake.Event.CLOSE_RECEIVED);
        parser.suspend();
        // §5.5.1: the answer typically echoes the status code.
        sender.finishWith(ClosePayload.encode(closeCode, ""));
        listener.onClose(closeCode, closeReason);
    }

    private void onPing(final ByteBuffer payload) {
        // §5.5.3: if there is no room for this Pong, one for a later Ping will do.
        sender.sendControl(Opcode.PONG, payload, payload.position(), payload.remaining());
        listener.onPing(payload);
    }
}
