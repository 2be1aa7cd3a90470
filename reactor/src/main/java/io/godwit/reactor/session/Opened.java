package io.godwit.reactor.session;

import io.godwit.reactor.endpoint.WebSocket;

/** The stage of a connection whose opening handshake has succeeded, as it is seen from outside. Any thread. */
public interface Opened {

    /** {@return what the handler holds of it} */
    WebSocket webSocket();

    /** {@return how many messages were delivered to the handler} */
    long messagesReceived();

    /** {@return how many messages were taken to be sent} */
    long messagesSent();
}
