package io.godwit.core.http;

/**
 * The head of a response. Immutable: any thread may use it.
 *
 * @param status 100 to 599
 * @param reason may be empty
 * @param headers its fields
 */
public record HttpResponse(int status, String reason, HttpHeaders headers) {

    /**
     * Checks the status line, so that nothing can be smuggled into a head that is encoded.
     *
     * @param status 100 to 599
     * @param reason may be empty
     * @param headers its fields
     * @throws IllegalArgumentException if the status is not between 100 and 599, or the reason holds a control
     *     character
     */
    public HttpResponse {
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException("status " + status + " is not between 100 and 599");
        }
        if (!HttpChars.isText(reason)) {
            throw new IllegalArgumentException("the reason phrase holds a character that may not stand in a head");
        }
    }

    /**
     * Makes a response with the standard reason phrase.
     *
     * @param status 100 to 599
     * @param headers its fields
     * @return the response
     */
    public static HttpResponse of(final int status, final HttpHeaders headers) {
        return new HttpResponse(status, reasonOf(status), headers);
    }

    /** {@return the head's bytes as they go out, status line to the empty line; the caller's own} */
    public byte[] encode() {
        return headers.encodeAfter(HttpVersion.HTTP_1_1 + ' ' + status + ' ' + reason);
    }

    /**
     * Names a status (RFC 9110 §15, RFC 6585).
     *
     * @param status any number
     * @return its standard reason phrase, or an empty string for one that a WebSocket server hardly sends
     */
    public static String reasonOf(final int status) {
        return switch (status) {
            case 101 -> "Switching Protocols";
            case 200 -> "OK";
            case 204 -> "No Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 304 -> "Not Modified";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 406 -> "Not Acceptable";
            case 407 -> "Proxy Authentication Required";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 411 -> "Length Required";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 421 -> "Misdirected Request";
            case 422 -> "Unprocessable Content";
            case 426 -> "Upgrade Required";
            case 428 -> "Precondition Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> "";
        };
    }
}
