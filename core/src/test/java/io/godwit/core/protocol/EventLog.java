package io.godwit.core.protocol;

import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.testkit.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes down what came in and what went out, in one order; fragments are put together again. */
final class EventLog implements ProtocolListener {
    final List<String> events = new ArrayList<>();
    /** Called with each event that came in, within the callback. */
    Consumer<String> then = event -> {};

    int fragments;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

    @Override
    public void onMessage(final Opcode kind, final ByteBuffer payload) {
        add(message(kind, Bytes.copy(payload)));
    }

    @Override
    public void onFragment(final Opcode kind, final ByteBuffer payload, final boolean last) {
        fragments++;
        partial.writeBytes(Bytes.copy(payload));
        if (last) {
            final byte[] whole = partial.toByteArray();
            partial.reset();
            add(message(kind, whole));
        } else {
            then.accept("fragment");
        }
    }

    @Override
    public void onPing(final ByteBuffer payload) {
        add("ping " + Bytes.hex(payload));
    }

    @Override
    public void onPong(final ByteBuffer payload) {
        add("pong " + Bytes.hex(payload));
    }

    @Override
    public void onClose(final int code, final String reason) {
        add("close " + code + " " + reason);
    }

    @Override
    public void onViolation(final ProtocolViolation violation) {
        add("violation " + violation);
    }

    void sent(final String frame) {
        events.add("> " + frame.trim());
    }

    private void add(final String event) {
        events.add(event.trim());
        then.accept(event.trim());
    }

    private static String message(final Opcode kind, final byte[] payload) {
        return kind == Opcode.TEXT
                ? "text " + new String(payload, StandardCharsets.UTF_8)
                : "binary " + Bytes.hex(payload);
    }
}
