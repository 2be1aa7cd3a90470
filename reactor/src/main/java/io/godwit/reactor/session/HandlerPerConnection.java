package io.godwit.reactor.session;

import io.godwit.reactor.endpoint.WebSocketHandler;

/** A handler that decides on opening handshakes, and then makes another one for each connection. */
public interface HandlerPerConnection extends WebSocketHandler {

    /** {@return the handler of one connection, from its onOpen to its onClose. Called on its loop} */
    WebSocketHandler newHandler();

    /**
     * Gives what handles one connection.
     *
     * @param handler of the endpoint
     * @return a new handler where this one makes them, else the same
     */
    static WebSocketHandler of(final WebSocketHandler handler) {
        return handler instanceof HandlerPerConnection maker ? maker.newHandler() : handler;
    }
}
