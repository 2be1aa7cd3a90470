package io.godwit.core.http;

import java.nio.ByteBuffer;

/** Leads the bytes of one head through its start line and its fields, and keeps the limits on both. */
final class HeadScanner {
    private final HttpLimits limits;
    private final StartLine startLine;
    private final FieldSection fields;
    private int startLineBytes;
    private int headBytes;
    private HttpViolation violation;

    HeadScanner(final HttpLimits limits, final StartLine startLine, final FieldSection fields) {
        this.limits = limits;
        this.startLine = startLine;
        this.fields = fields;
    }

    /** Takes bytes up to the end of the head, or to the one that shows a violation: whether either is reached. */
    boolean scan(final ByteBuffer in) {
        while (violation == null && !fields.isDone() && in.hasRemaining()) {
            violation = take(in.get() & 0xFF);
        }
        return violation != null || fields.isDone();
    }

    private HttpViolation take(final int b) {
        headBytes++;
        if (!startLine.isDone()) {
            final boolean isInLine = b != '\r' && b != '\n';
            if (isInLine && ++startLineBytes > limits.startLineBytesMax() || headBytes > limits.headBytesMax()) {
                return HttpViolation.START_LINE_TOO_LONG;
            }
            return startLine.take(b);
        }
        return headBytes > limits.headBytesMax() ? HttpViolation.HEAD_TOO_LARGE : fields.take(b);
    }

    HttpViolation violation() {
        return violation;
    }
}
