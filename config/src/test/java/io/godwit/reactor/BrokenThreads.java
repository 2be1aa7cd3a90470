package io.godwit.reactor;

/** For tests of what stands on a server: has it take a thread for broken, which an embedder cannot bring about. */
public final class BrokenThreads {
    private BrokenThreads() {}

    /**
     * Tells a server that an error has ended one of its threads.
     *
     * @param server which runs
     * @param error what has ended it
     */
    public static void tell(final WebSocketServer server, final Error error) {
        server.loops().onThreadFailure("a thread of a test", error);
    }
}
