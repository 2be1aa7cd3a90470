package io.godwit.core.http;

/** What is wrong with a peer's head: the status to answer with, the section that says so, and a line for a person. */
public enum HttpViolation {
    /** A CR without LF. */
    BARE_CR(400, "RFC 9112 §2.2", "a CR is not followed by LF"),
    /**
     * An LF without CR. §2.2 lets a recipient take it as the end of a line. We do not: a proxy before us that does not
     * either would see another head than we do, which is how requests are smuggled.
     */
    BARE_LF(400, "RFC 9112 §2.2", "an LF does not follow a CR"),
    /** More empty lines before the request line than a recipient has to bear with. */
    EMPTY_LINES_TOO_MANY(400, "RFC 9112 §2.2", "too many empty lines before the request line"),
    /** Not {@code method SP request-target SP HTTP-version}. */
    REQUEST_LINE_INVALID(400, "RFC 9112 §3", "the request line is not method, target and version"),
    /** A method that is not a token. */
    METHOD_INVALID(400, "RFC 9112 §3.1", "the method is not a token"),
    /** A target with a byte that may not stand there, or in a form that this server does not serve. */
    TARGET_INVALID(400, "RFC 9112 §3.2", "the request target is neither in origin-form nor in absolute-form"),
    /** Not {@code HTTP/digit.digit}. */
    VERSION_INVALID(400, "RFC 9112 §2.3", "the HTTP version is malformed"),
    /** A well-formed version other than 1.1 and 1.0; the HTTP/2 preface among them. */
    VERSION_UNSUPPORTED(505, "RFC 9110 §15.6.6", "the HTTP version is neither 1.1 nor 1.0"),
    /** Not {@code HTTP-version SP 3DIGIT SP [reason]}, or an interim status in HTTP/1.0, which has none. */
    STATUS_LINE_INVALID(0, "RFC 9112 §4", "the status line is malformed"),
    /** A request or status line over {@link HttpLimits#startLineBytesMax}. */
    START_LINE_TOO_LONG(414, "RFC 9110 §15.5.15", "the start line is too long"),
    /** More fields than {@link HttpLimits#headersMax}. */
    FIELDS_TOO_MANY(431, "RFC 6585 §5", "too many header fields"),
    /** More bytes than {@link HttpLimits#headBytesMax}. */
    HEAD_TOO_LARGE(431, "RFC 6585 §5", "the header fields are too large"),
    /** A field name that is not a token. */
    FIELD_NAME_INVALID(400, "RFC 9110 §5.1", "a field name is not a token"),
    /** Whitespace between a field name and its colon. */
    WHITESPACE_BEFORE_COLON(400, "RFC 9112 §5.1", "whitespace between a field name and its colon"),
    /** A line that begins with whitespace: obsolete line folding, or a mistake right after the start line. */
    OBS_FOLD(400, "RFC 9112 §5.2", "a line begins with whitespace"),
    /** A control character in a field value. */
    FIELD_VALUE_INVALID(400, "RFC 9110 §5.5", "a field value holds a control character"),
    /** HTTP/1.1 without Host. */
    HOST_MISSING(400, "RFC 9112 §3.2", "the Host field is missing"),
    /** More than one Host. */
    HOST_REPEATED(400, "RFC 9112 §3.2", "more than one Host field"),
    /** A Host that is not {@code host[:port]}. */
    HOST_INVALID(400, "RFC 9112 §3.2", "the Host field is malformed"),
    /** A Content-Length that is not a number. */
    CONTENT_LENGTH_INVALID(400, "RFC 9112 §6.3", "the Content-Length field is not a number"),
    /** More than one Content-Length, equal ones too, which a recipient may refuse. */
    CONTENT_LENGTH_REPEATED(400, "RFC 9110 §8.6", "more than one Content-Length field"),
    /** Transfer-Encoding that is empty, applies chunked twice, or comes with HTTP/1.0. */
    TRANSFER_ENCODING_INVALID(400, "RFC 9112 §6.1", "the Transfer-Encoding field is malformed"),
    /** A transfer coding other than chunked. */
    TRANSFER_ENCODING_UNKNOWN(501, "RFC 9112 §6.1", "a transfer coding other than chunked"),
    /** Both fields that say how long the body is. */
    BODY_LENGTH_AMBIGUOUS(400, "RFC 9112 §6.1", "both Transfer-Encoding and Content-Length"),
    /** A body. None is ever read here, so that any is too large. */
    BODY_UNWANTED(413, "RFC 9110 §15.5.14", "a request with a body is not served");

    private final int status;
    private final String section;
    private final String text;

    HttpViolation(final int status, final String section, final String text) {
        this.status = status;
        this.section = section;
        this.text = text;
    }

    /**
     * Who breaks the rules in a response cannot be answered; then the status means nothing.
     *
     * @return the status to answer a request with: 400, 413, 414, 431, 501 or 505; 0 where only a response shows it
     */
    public int status() {
        return status;
    }

    /** {@return the RFC and section that the peer did not follow, like "RFC 9112 §2.2"} */
    public String section() {
        return section;
    }

    /** {@return one line for a person; it repeats nothing of what the peer sent} */
    public String text() {
        return text;
    }
}
