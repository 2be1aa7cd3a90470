/**
 * The WebSocket protocol without I/O: bytes in, events out; calls in, bytes out. It knows no socket, thread, clock or
 * logger, and depends on nothing but the JDK.
 */
module io.godwit.core {
    exports io.godwit.core.frame;
    exports io.godwit.core.handshake;
    exports io.godwit.core.http;
    exports io.godwit.core.message;
    exports io.godwit.core.protocol;
}
