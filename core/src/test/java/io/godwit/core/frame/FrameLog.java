package io.godwit.core.frame;

import io.godwit.core.testkit.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a parser hands on, and finds fault where it is told to. */
final class FrameLog implements FrameSink {
    final List<String> events = new ArrayList<>();
    ProtocolViolation atFirstByte;
    ProtocolViolation atHeader;
    ProtocolViolation atPayload;

    @Override
    public ProtocolViolation judgeFirstByte(final int firstByte) {
        return atFirstByte;
    }

    @Override
    public ProtocolViolation onHeader(final int firstByte, final long payloadBytes) {
        events.add(Integer.toHexString(firstByte) + " " + payloadBytes);
        return atHeader;
    }

    @Override
    public ProtocolViolation onPayload(final ByteBuffer payload, final boolean frameEnds, final boolean ascii) {
        events.add(Bytes.hex(payload));
        if (frameEnds) {
            events.add("end");
        }
        return atPayload;
    }
}
