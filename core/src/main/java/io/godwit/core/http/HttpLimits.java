package io.godwit.core.http;

/**
 * What a request or response head may take.
 *
 * @param startLineBytesMax the longest request or status line, without its CRLF
 * @param headersMax the most header fields
 * @param headBytesMax the whole head, start line and last empty line included
 */
public record HttpLimits(int startLineBytesMax, int headersMax, int headBytesMax) {
    /** 8 KiB a start line, 100 fields, 16 KiB in all. */
    public static final HttpLimits DEFAULT = new HttpLimits(8_192, 100, 16_384);

    /**
     * Checks them.
     *
     * @param startLineBytesMax positive
     * @param headersMax positive
     * @param headBytesMax at least {@code startLineBytesMax}
     * @throws IllegalArgumentException if one is not positive, or the whole is smaller than the start line
     */
    public HttpLimits {
        if (startLineBytesMax <= 0 || headersMax <= 0 || headBytesMax <= 0) {
            throw new IllegalArgumentException("each limit has to be positive: startLineBytesMax=" + startLineBytesMax
                    + ", headersMax=" + headersMax + ", headBytesMax=" + headBytesMax);
        }
        if (headBytesMax < startLineBytesMax) {
            throw new IllegalArgumentException(
                    "headBytesMax=" + headBytesMax + " is less than startLineBytesMax=" + startLineBytesMax);
        }
    }
}
