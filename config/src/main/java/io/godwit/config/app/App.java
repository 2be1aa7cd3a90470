package io.godwit.config.app;

import io.godwit.reactor.endpoint.WebSocketHandler;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/** The applications that an endpoint of the daemon may run, by the name that they have in the settings. */
public enum App {
    /** Sends each message back as it came. */
    ECHO("echo", WebSocketHandler::echo);

    private final String id;
    private final Supplier<WebSocketHandler> handlers;

    App(final String id, final Supplier<WebSocketHandler> handlers) {
        this.id = id;
        this.handlers = handlers;
    }

    /**
     * Finds an application.
     *
     * @param id its name in the settings
     * @return the application, or nothing where none is called that
     */
    public static Optional<App> called(final String id) {
        return Arrays.stream(values()).filter(app -> app.id.equals(id)).findFirst();
    }

    /** {@return its name in the settings} */
    public String id() {
        return id;
    }

    /** {@return a handler for one endpoint that runs this application} */
    public WebSocketHandler handler() {
        return handlers.get();
    }
}
