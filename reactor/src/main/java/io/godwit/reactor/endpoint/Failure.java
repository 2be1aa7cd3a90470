package io.godwit.reactor.endpoint;

import io.godwit.core.frame.ProtocolViolation;

/**
 * Why a connection is ended before its time. The peer's mistakes are values; an exception is here only where one was
 * thrown.
 *
 * @param kind which sort
 * @param violation what the peer did wrong; null unless kind is {@link Kind#VIOLATION}
 * @param cause what was thrown; null unless kind is {@link Kind#IO} or {@link Kind#HANDLER}
 */
public record Failure(Kind kind, ProtocolViolation violation, Throwable cause) {

    /** The sorts of failure. */
    public enum Kind {
        /** The peer broke the protocol or a limit. */
        VIOLATION,
        /** The transport failed: reset, broken pipe, and the like. */
        IO,
        /** A deadline passed: idle, no Pong, or no answer to our Close. */
        TIMEOUT,
        /** A method of the handler threw. */
        HANDLER
    }

    /**
     * Wraps a violation.
     *
     * @param violation what the peer did
     * @return the failure
     */
    public static Failure violation(final ProtocolViolation violation) {
        return new Failure(Kind.VIOLATION, violation, null);
    }

    /**
     * Wraps an exception of the transport.
     *
     * @param cause what it threw
     * @return the failure
     */
    public static Failure io(final Throwable cause) {
        return new Failure(Kind.IO, null, cause);
    }

    /** {@return a passed deadline} */
    public static Failure timeout() {
        return new Failure(Kind.TIMEOUT, null, null);
    }

    /**
     * Wraps an exception of the handler.
     *
     * @param cause what it threw
     * @return the failure
     */
    public static Failure handler(final Throwable cause) {
        return new Failure(Kind.HANDLER, null, cause);
    }
}
