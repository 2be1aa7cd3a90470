package io.godwit.core.protocol;

import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.ClosePayload;
import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.MaskingKeys;
import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.message.BufferSource;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.message.MessageExtension;
import io.godwit.core.message.Utf8;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * One open WebSocket connection, either role, from the end of the opening handshake on (RFC 6455 §5 to §8): bytes and
 * calls go in, events and outgoing frames come out. It answers Pings and the peer's Close by itself.
 *
 * <p>One thread drives it: no method may be called by two at a time. The {@link ProtocolListener} may call back, from within
 * {@link #receive}, whatever sends, closes, fails, pauses or ends; {@code receive} itself it may not. While nothing is
 * incomplete the protocol holds no buffer, and neither sending nor receiving allocates, but for Close frames, and for text
 * that is no String.
 *
 * <p>What is sent belongs to the caller, who may change it before the call and after it. If it changes meanwhile, or cannot be
 * read, the peer still gets whole frames or none: a text is read once ({@link Utf8#snapshot}), and so are a buffer's position
 * and limit. Bytes that another thread changes during the call arrive as they were at some moment of it.
 */
public final class WebSocketProtocol {
    private ProtocolListener listener;
    private final ClosingHandshake closing = new ClosingHandshake();
    private final MessageSender sender;
    private final Inbound inbound;

    private WebSocketProtocol(final Builder builder) {
        listener = builder.listener;
        sender = new MessageSender(
                builder.writer(),
                builder.output,
                builder.buffers,
                builder.extension,
                builder.fragmentBytes,
                builder.holdsClose,
                closing);
        inbound = new Inbound(builder, closing, sender);
    }

    /**
     * Starts to make a protocol.
     *
     * @param role which side of the connection it is
     * @param listener told what comes in; retained
     * @param output takes what goes out; retained
     * @param buffers lends memory for what is incomplete; retained
     * @return a builder
     */
    public static Builder builder(
            final Role role, final ProtocolListener listener, final FrameOutput output, final BufferSource buffers) {
        return new Builder(
                role, Objects.requireNonNull(listener, "listener"), Objects.requireNonNull(output, "output"), buffers);
    }

    /**
     * Starts to make a protocol that serves nobody, until {@link #serve} is called.
     *
     * @param role which side of the connections it is
     * @param buffers lends memory for what is incomplete; retained
     * @return a builder
     */
    public static Builder builder(final Role role, final BufferSource buffers) {
        return new Builder(role, null, null, buffers);
    }

    /**
     * Takes bytes from the peer. All are consumed, whatever they are, unless {@link #pauseReceiving} is called meanwhile or
     * was before; after a violation or the peer's Close the rest is discarded, paused or not.
     *
     * <p>If a callback throws, which it must not, the exception is handed on after the connection was failed with 1011, without
     * {@link ProtocolListener#onViolation}: where the next frame begins is not known any more.
     *
     * @param in borrowed for the call; big endian; between position and limit, unmasked in place; its position moves
     *     behind what was consumed
     * @throws IllegalStateException from within one of the callbacks that it leads to
     * @throws IllegalArgumentException if the buffer is not big endian, or this is a server and the buffer is read-only;
     *     nothing is consumed
     */
    public void receive(final ByteBuffer in) {
        inbound.requireNotReceiving();
        inbound.requireReadable(in);
        try {
            if (closing.isInputOpen()) {
                final ProtocolViolation violation = inbound.receive(in);
                if (violation != null) {
                    fail(violation);
                }
            }
        } catch (final RuntimeException | Error e) {
            breakOff(e);
            throw e;
        } finally {
            if (!closing.isInputOpen()) {
                in.position(in.limit());
                inbound.release();
            }
        }
    }

    /** A callback has thrown. */
    private void breakOff(final Throwable thrown) {
        if (closing.isInputOpen()) {
            closing.on(ClosingHandshake.Event.FAILED);
            try {
                sender.sendClose(ClosePayload.encode(
                        ProtocolViolation.INTERNAL_ERROR.closeCode(), ProtocolViolation.INTERNAL_ERROR.text()));
            } catch (final RuntimeException | Error e) {
                if (e != thrown) {
                    thrown.addSuppressed(e);
                }
            }
        }
        inbound.stop();
    }

    /** From now on {@link #receive} returns before the next frame, and leaves what it did not parse. */
    public void pauseReceiving() {
        inbound.suspend();
    }

    /** Undoes {@link #pauseReceiving}. */
    public void resumeReceiving() {
        if (closing.isInputOpen()) {
            inbound.resume();
        }
    }

    /**
     * {@return whether a frame or message has begun to come in and is not over, so that the peer is to send more. Whoever
     * bounds how long that may take asks after each {@link #receive}}
     */
    public boolean isInputUnfinished() {
        return closing.isInputOpen() && inbound.isUnfinished();
    }

    /** {@return whether a data message has begun to come in and is not over: unlike {@link #isInputUnfinished}, not only a frame} */
    public boolean isInputInMessage() {
        return closing.isInputOpen() && inbound.isInMessage();
    }

    /** {@return how much memory is borrowed for a message that has begun to come in and is not over, in bytes} */
    public int heldBytes() {
        return inbound.heldBytes();
    }

    /** {@return how much more of that message finds room in the memory that is borrowed for it, in bytes} */
    public int heldRoomBytes() {
        return inbound.heldRoomBytes();
    }

    /**
     * Gives back the memory of the message that has begun to come in. From now on messages are judged as before, but neither
     * kept nor told, so that {@link #isAtRest} is false for good: for a connection that is going to be failed, when there is
     * no memory and its listener cannot be told at once. Not from within a callback.
     */
    public void discardMessages() {
        inbound.discardMessages();
    }

    /**
     * The peer's bytes have ended, or were aborted; gives back what is held. The state is {@link ReadyState#CLOSED}. A
     * repeated call does nothing.
     */
    public void endOfInput() {
        closing.on(ClosingHandshake.Event.INPUT_ENDED);
        inbound.stop();
    }

    /**
     * Sends a whole message.
     *
     * @param kind {@link Opcode#TEXT} or {@link Opcode#BINARY}
     * @param payload borrowed for the call; between position and limit, which are not moved; that a text is UTF-8 is the
     *     caller's duty
     * @return false if there was no room, or {@link #outputFinished}: nothing was sent
     * @throws IllegalArgumentException for any other opcode
     * @throws IndexOutOfBoundsException if another thread lowers the payload's limit meanwhile; nothing was sent
     * @throws IllegalStateException if a message that is sent in fragments is not finished
     */
    public boolean send(final Opcode kind, final ByteBuffer payload) {
        if (kind != Opcode.TEXT && kind != Opcode.BINARY) {
            throw new IllegalArgumentException(kind + " is not a message's opcode");
        }
        return closing.isOutputOpen() && sender.send(kind, payload);
    }

    /**
     * Sends a text message.
     *
     * @param text its content, read once; its own code may run within this call, and call this protocol
     * @return false if there was no room, or {@link #outputFinished}: nothing was sent
     * @throws IllegalArgumentException if it holds an unpaired surrogate, or takes more bytes than a buffer can have
     * @throws IllegalStateException if a message that is sent in fragments is not finished
     */
    public boolean sendText(final CharSequence text) {
        // First, since the text's own code may end the connection.
        final String content = Utf8.snapshot(text);
        return closing.isOutputOpen() && sender.sendText(content);
    }

    /**
     * Sends one frame of a message that is sent in fragments (§5.4). No extension sees it.
     *
     * @param opcode {@link Opcode#TEXT} or {@link Opcode#BINARY} for a message's first frame, then
     *     {@link Opcode#CONTINUATION}
     * @param payload borrowed for the call; between position and limit, which are not moved
     * @param fin whether it is the message's last frame
     * @return false where there was no room, or {@link #outputFinished}: nothing was sent, and the same
     *     fragment may be tried again
     * @throws IllegalArgumentException for a control frame's opcode
     * @throws IllegalStateException for a continuation of nothing, or a message within another
     */
    public boolean sendFragment(final Opcode opcode, final ByteBuffer payload, final boolean fin) {
        if (opcode.isControl()) {
            throw new IllegalArgumentException(opcode + " is not a message's opcode");
        }
        return closing.isOutputOpen() && sender.sendFragment(opcode, payload, fin);
    }

    /**
     * Sends a message that was encoded once for many connections. A server shares its frames, without a copy, and past the
     * extension; a client masks a copy (§5.3), and so does not gain by it. A message that is to leave in fragments is copied
     * too.
     *
     * @param message shared
     * @return false if there was no room, or {@link #outputFinished}: nothing was sent
     * @throws IllegalStateException if a message that is sent in fragments is not finished
     */
    public boolean sendShared(final EncodedMessage message) {
        Objects.requireNonNull(message, "message");
        return closing.isOutputOpen() && sender.sendShared(message);
    }

    /**
     * Sends a Ping (§5.5.2).
     *
     * @param payload borrowed for the call; between position and limit, which are not moved
     * @return false where there was no room, or {@link #outputFinished}: nothing was sent
     * @throws IllegalArgumentException if it is longer than 125 bytes
     */
    public boolean ping(final ByteBuffer payload) {
        final int length = controlLength(payload);
        return closing.isOutputOpen() && sender.sendControl(Opcode.PING, payload, payload.position(), length);
    }

    /**
     * Sends an unsolicited Pong (§5.5.3).
     *
     * @param payload borrowed for the call; between position and limit, which are not moved
     * @return false where there was no room, or {@link #outputFinished}: nothing was sent
     * @throws IllegalArgumentException if it is longer than 125 bytes
     */
    public boolean pong(final ByteBuffer payload) {
        final int length = controlLength(payload);
        return closing.isOutputOpen() && sender.sendControl(Opcode.PONG, payload, payload.position(), length);
    }

    /**
     * Starts the closing handshake (§7.1.2), at once: from now on nothing is sent, and of what comes only the peer's Close
     * and its violations are told. Where another Close frame is held back, that one is sent. A repeated call does nothing. Where the output has no room for the Close frame it is left out,
     * and the output is finished all the same.
     *
     * @param code 1000 to 1003, 1007 to 1014, or 3000 to 4999; or {@link CloseCode#NO_STATUS_RECEIVED} for an empty Close
     *     frame
     * @param reason 123 bytes of UTF-8 at most; empty where the code is {@link CloseCode#NO_STATUS_RECEIVED}
     * @throws IllegalArgumentException for any other code or reason
     */
    public void close(final int code, final String reason) {
        sender.sendClose(ClosePayload.encode(code, reason));
        inbound.discardMessages();
    }

    /**
     * Fails the connection (§7.1.7): sends Close with the violation's code and text, unless a Close was sent before;
     * discards what comes; then tells {@link ProtocolListener#onViolation}. Does nothing where the connection was failed
     * already, the peer's Close has come, or its bytes have ended.
     *
     * @param violation why
     */
    public void fail(final ProtocolViolation violation) {
        if (!closing.isInputOpen()) {
            return;
        }
        closing.on(ClosingHandshake.Event.FAILED);
        sender.finishWith(ClosePayload.encode(violation.closeCode(), violation.text()));
        inbound.stop();
        listener.onViolation(violation);
    }

    /**
     * {@return whether a Close frame is due that {@link Builder#holdClose holds back}: the peer's Close is to be answered, or
     * the connection was failed} Until {@link #sendHeldClose} messages may be sent.
     */
    public boolean holdsClose() {
        return sender.holdsClose();
    }

    /** Sends the Close frame that is held back: from now on nothing is sent. Does nothing where there is none. */
    public void sendHeldClose() {
        sender.sendHeldClose();
    }

    /** {@return the state; never {@link ReadyState#CONNECTING}} */
    public ReadyState readyState() {
        return closing.readyState();
    }

    /**
     * {@return whether it is as it was built: the state is {@link ReadyState#OPEN}, no frame, message or call of
     * {@link #receive} is under way in either direction, and receiving is not paused}
     *
     * <p>Nothing that comes or is sent then depends on what was before: the protocol may {@link #serve} another connection, of
     * the same role and settings, whose own is at rest too. Never so with an extension, which serves one connection only.
     */
    public boolean isAtRest() {
        return closing.isOpen() && inbound.isAtRest() && !sender.isInFragments();
    }

    /**
     * Goes on for another connection, or for nobody until it is called again. Where it is not at rest, what the former one
     * has begun would go on too: that is for the caller to see to.
     *
     * @param otherListener told what comes in from now on; retained; null: nobody
     * @param otherOutput takes what goes out from now on; retained; null: nobody
     */
    public void serve(final ProtocolListener otherListener, final FrameOutput otherOutput) {
        listener = otherListener;
        inbound.serve(otherListener);
        sender.serve(otherOutput);
    }

    /** {@return whether our last byte has been handed to the output: nothing will be sent any more} */
    public boolean outputFinished() {
        return !closing.isOutputOpen();
    }

    /** {@return whether nothing of what still comes in matters: Close was received, or the connection failed or ended} */
    public boolean inputFinished() {
        return !closing.isInputOpen();
    }

    /**
     * {@return the code of the Close frame that was received; {@link CloseCode#NO_STATUS_RECEIVED} where it had none,
     * {@link CloseCode#ABNORMAL_CLOSURE} where none was received (§7.1.5)}
     */
    public int closeCode() {
        return inbound.closeCode();
    }

    /** {@return the reason of the Close frame that was received, or an empty string (§7.1.6)} */
    public String closeReason() {
        return inbound.closeReason();
    }

    /** {@return the length of a control frame's payload, asked once} */
    private static int controlLength(final ByteBuffer payload) {
        final int length = payload.remaining();
        if (length > FrameWriter.CONTROL_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "control frame of " + length + " bytes, where " + FrameWriter.CONTROL_BYTES_MAX + " is the most");
        }
        return length;
    }

    /** Makes a {@link WebSocketProtocol}. Used by one thread. */
    public static final class Builder {
        final Role role;
        final ProtocolListener listener;
        final BufferSource buffers;
        ProtocolLimits limits = ProtocolLimits.DEFAULT;
        boolean deliverFragments;
        MessageExtension extension;
        private final FrameOutput output;
        private int fragmentBytes;
        private boolean holdsClose;
        private MaskingKeys maskingKeys;

        private Builder(
                final Role role,
                final ProtocolListener listener,
                final FrameOutput output,
                final BufferSource buffers) {
            this.role = Objects.requireNonNull(role, "role");
            this.listener = listener;
            this.output = output;
            this.buffers = Objects.requireNonNull(buffers, "buffers");
        }

        /**
         * Sets what the peer may make us hold.
         *
         * @param limits the limits; the default is {@link ProtocolLimits#DEFAULT}
         * @return this
         */
        public Builder limits(final ProtocolLimits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /**
         * Sets how messages are delivered.
         *
         * @param deliverFragments whether {@link ProtocolListener#onFragment} is called in place of
         *     {@link ProtocolListener#onMessage}; the default is false
         * @return this
         */
        public Builder deliverFragments(final boolean deliverFragments) {
            this.deliverFragments = deliverFragments;
            return this;
        }

        /**
         * Sets how long messages leave (§5.4).
         *
         * @param fragmentBytes messages that are longer are split into frames of this payload length; 0, the default: never
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder fragmentBytes(final int fragmentBytes) {
            if (fragmentBytes < 0) {
                throw new IllegalArgumentException("fragmentBytes must not be negative, but is " + fragmentBytes);
            }
            this.fragmentBytes = fragmentBytes;
            return this;
        }

        /**
         * Has the Close frame that answers the peer's, or that fails the connection, wait for {@link WebSocketProtocol#sendHeldClose}: what
         * was promised to be sent goes before it (§5.5.1 allows that of an answer). The default is that it is sent at once.
         *
         * @return this
         */
        public Builder holdClose() {
            holdsClose = true;
            return this;
        }

        /**
         * Sets the extension that was negotiated (§9).
         *
         * @param extension serves this connection only, which releases it; null, the default: none
         * @return this
         */
        public Builder extension(final MessageExtension extension) {
            this.extension = extension;
            return this;
        }

        /**
         * Sets where a client's masking keys come from; a server needs none.
         *
         * @param maskingKeys retained; may be shared by the connections of one thread; the default is a
         *     {@link MaskingKeys#secure} of this connection's own
         * @return this
         */
        public Builder maskingKeys(final MaskingKeys maskingKeys) {
            this.maskingKeys = Objects.requireNonNull(maskingKeys, "maskingKeys");
            return this;
        }

        /** {@return a protocol in the state {@link ReadyState#OPEN}} */
        public WebSocketProtocol build() {
            return new WebSocketProtocol(this);
        }

        private FrameWriter writer() {
            if (role == Role.SERVER) {
                return FrameWriter.server();
            }
            return FrameWriter.client(maskingKeys == null ? MaskingKeys.secure() : maskingKeys);
        }
    }
}
