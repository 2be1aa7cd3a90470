package io.godwit.core.http;

/** The first line of a head, byte by byte: {@link RequestLine} or {@link StatusLine}. */
interface StartLine {
    /** Takes a byte: the violation that it shows, or null. Not called any more once there was one, or when done. */
    HttpViolation take(int b);

    /** Whether the line's CRLF was taken. */
    boolean isDone();
}
