package io.godwit.bench.peers;

/** A server under load, which listens from the moment it is made. Any thread. */
public interface PeerServer extends AutoCloseable {

    /** The resource that each serves. */
    String PATH = "/bench";

    /** {@return the port that it listens at, on 127.0.0.1} */
    int port();

    /** Stops listening and lets go of all connections. */
    @Override
    void close();
}
