package io.godwit.core.protocol;

import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.message.MessageExtension;
import io.godwit.core.message.PayloadSink;
import java.nio.ByteBuffer;

/** A toy that proves the seam: pairs of a count and a byte. It grows, shrinks, keeps state, fails, and declines. */
final class RunLengthExtension implements MessageExtension {
    static final int RSV = 0x40;

    int dropped;
    int released;
    private final ByteBuffer decoded = ByteBuffer.allocate(16);
    private ByteBuffer encoded = ByteBuffer.allocate(0);
    private int count = -1;

    @Override
    public int rsvBits() {
        // What was encoded is valid until the next call of any method, which this is.
        encoded.limit(0);
        return RSV;
    }

    @Override
    public ProtocolViolation decode(final ByteBuffer payload, final boolean last, final PayloadSink out) {
        while (payload.hasRemaining()) {
            final byte value = payload.get();
            if (count < 0) {
                count = value & 0xFF;
                if (count == 0) {
                    final ProtocolViolation before = flush(out, false);
                    return before == null ? ProtocolViolation.EXTENSION_DATA : before;
                }
                continue;
            }
            for (; count > 0; count--) {
                if (!decoded.hasRemaining()) {
                    final ProtocolViolation violation = flush(out, false);
                    if (violation != null) {
                        return violation;
                    }
                }
                decoded.put(value);
            }
            count = -1;
        }
        if (last && count >= 0) {
            final ProtocolViolation before = flush(out, false);
            return before == null ? ProtocolViolation.EXTENSION_DATA : before;
        }
        return last || decoded.position() > 0 ? flush(out, last) : null;
    }

    private ProtocolViolation flush(final PayloadSink out, final boolean last) {
        final ProtocolViolation violation = out.accept(decoded.flip(), last);
        decoded.clear();
        return violation;
    }

    /** Declines what is short. */
    @Override
    public ByteBuffer encode(final Opcode kind, final ByteBuffer payload) {
        if (payload.remaining() < 3) {
            return null;
        }
        encoded = ByteBuffer.allocate(2 * payload.remaining());
        int index = payload.position();
        while (index < payload.limit()) {
            int run = 1;
            while (run < 255 && index + run < payload.limit() && payload.get(index + run) == payload.get(index)) {
                run++;
            }
            encoded.put((byte) run).put(payload.get(index));
            index += run;
        }
        return encoded.flip();
    }

    @Override
    public void encodedDropped() {
        dropped++;
    }

    @Override
    public void release() {
        released++;
    }
}
