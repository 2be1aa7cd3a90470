package io.godwit.core.http;

/**
 * The head of a request. Immutable: any thread may use it.
 *
 * @param method as sent, case-sensitive
 * @param target as sent
 * @param version "HTTP/1.1" or "HTTP/1.0"
 * @param headers its fields
 */
public record HttpRequest(String method, String target, String version, HttpHeaders headers) {

    /**
     * Checks the request line, so that nothing can be smuggled into a head that is encoded.
     *
     * @param method a token
     * @param target not empty
     * @param version "HTTP/1.1" or "HTTP/1.0"
     * @param headers its fields
     * @throws IllegalArgumentException if the method is not a token, the target holds what may not stand in one, or the
     *     version is another
     */
    public HttpRequest {
        if (!HeaderTokens.isToken(method)) {
            throw new IllegalArgumentException("the method has to be a token, not \"" + method + '"');
        }
        if (!RequestTarget.hasValidChars(target)) {
            throw new IllegalArgumentException("the request target holds a character that may not stand in one");
        }
        if (!HttpVersion.isSupported(version)) {
            throw new IllegalArgumentException("the version has to be HTTP/1.1 or HTTP/1.0, not \"" + version + '"');
        }
    }

    /** {@return the target's path, percent-decoded nowhere, without its query; "/" for {@code http://host}} */
    public String path() {
        return RequestTarget.path(target);
    }

    /** {@return the target's query without the question mark, or null where there is none} */
    public String query() {
        return RequestTarget.query(target);
    }

    /**
     * Says whom the client wants to reach: the target's authority, which counts before Host (RFC 9112 §3.2.2), else
     * Host.
     *
     * @return host and port, or null where the client does not say
     */
    public Authority authority() {
        final Authority absolute = RequestTarget.authority(target);
        if (absolute != null) {
            return absolute;
        }
        final String host = headers.first("Host");
        return host == null ? null : Authority.parse(host);
    }

    /** {@return the head's bytes as they go out, request line to the empty line} */
    public byte[] encode() {
        return headers.encodeAfter(method + ' ' + target + ' ' + version);
    }
}
