package io.godwit.config.ops;

import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.HttpResponder;

/** What a load balancer asks: that it is answered at all says that the loop turns. */
public final class Health {
    /** Where it is asked. */
    public static final String PATH = "/health";

    private static final HttpAnswer OK = HttpAnswer.text(200, "ok").withHeader("Cache-Control", "no-store");

    private Health() {}

    /** {@return the answer to every request} */
    public static HttpResponder responder() {
        return request -> OK;
    }
}
