package io.godwit.config.ops;

import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.HttpResponder;
import io.godwit.reactor.endpoint.ServerHealth;
import java.util.function.Supplier;

/** What a load balancer asks: 200 while all is well, else 503; that it is answered at all says that a loop turns. */
public final class Health {
    private static final HttpAnswer SERVING = answer(200, "ok");
    private static final HttpAnswer DRAINING = answer(503, "going down");
    private static final HttpAnswer FAILING =
            answer(503, "an error has ended a thread within the last minute, or a loop is held up");
    private static final HttpAnswer DOWN = answer(503, "down");

    private Health() {}

    /**
     * Makes the page.
     *
     * @param health asked for each request, on a loop
     * @return what answers the requests
     */
    public static HttpResponder responder(final Supplier<ServerHealth> health) {
        return request -> answer(health.get());
    }

    private static HttpAnswer answer(final ServerHealth health) {
        return switch (health) {
            case SERVING -> SERVING;
            case DRAINING -> DRAINING;
            case FAILING -> FAILING;
            case DOWN -> DOWN;
        };
    }

    private static HttpAnswer answer(final int status, final String text) {
        return HttpAnswer.text(status, text).withHeader("Cache-Control", "no-store");
    }
}
