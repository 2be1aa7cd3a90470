package io.godwit.config.app;

import io.godwit.reactor.endpoint.WebSocketHandler;
import java.util.function.Supplier;

/** The applications that an endpoint of the daemon may run; the settings call each as its constant, in small letters. */
public enum App {
    /** Sends each message back as it came. */
    ECHO(WebSocketHandler::echo);

    private final Supplier<WebSocketHandler> handlers;

    App(final Supplier<WebSocketHandler> handlers) {
        this.handlers = handlers;
    }

    /** {@return a handler for one endpoint that runs this application} */
    public WebSocketHandler handler() {
        return handlers.get();
    }
}
