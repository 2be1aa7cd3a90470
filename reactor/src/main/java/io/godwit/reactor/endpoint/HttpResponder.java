package io.godwit.reactor.endpoint;

import io.godwit.core.http.HttpRequest;

/** Answers GET and HEAD requests for one path. Runs on the loop: it must not block. */
@FunctionalInterface
public interface HttpResponder {

    /**
     * Answers one request.
     *
     * @param request its head; a body is not read
     * @return the answer; for HEAD its body is left out. Null, or an exception, is answered with 500
     */
    HttpAnswer answer(HttpRequest request);
}
