package io.godwit.reactor.net;

import java.nio.ByteBuffer;

/**
 * What a connection is once its last byte has left: it discards what still comes, within bounds of bytes and time. To close
 * at once would have the kernel answer late bytes with a reset, which may overtake our last ones. Loop only.
 */
final class LastStage implements Stage {

    /** Stands for one that there is no memory for: of a connection that is closed at once, and is shown no more. */
    static final LastStage WITHOUT_MEMORY = new LastStage(null, null);

    /** How long the peer may take to end its side, from when it can have read our last byte. */
    static final long LINGER_NS = 2_000_000_000L;

    /** As much as may be on its way when our last byte leaves: what the kernels of both sides hold. */
    private static final int LINGER_BYTES_MAX = 8 << 20;

    private final Connection connection;
    private final Stage former;
    private int bytes;

    LastStage(final Connection connection, final Stage former) {
        this.connection = connection;
        this.former = former;
    }

    /** {@return what the connection was} */
    Stage former() {
        return former;
    }

    @Override
    public void onBytes(final ByteBuffer in) {
        bytes += in.remaining();
        in.position(in.limit());
        if (bytes > LINGER_BYTES_MAX) {
            connection.abort(null);
        }
    }

    @Override
    public void onInputEnd() {
        // The connection sees it for itself, and ends.
    }

    @Override
    public void onMail() {
        // Nobody is left to read it.
    }

    @Override
    public void onBacklog() {
        // Nothing waits any more.
    }

    @Override
    public void onDrained() {
        // As above.
    }

    @Override
    public void onDeadline(final long nowNs) {
        connection.abort(null);
    }

    @Override
    public void onShutdown(final long leftNs) {
        // It is on its way, within its time.
    }

    @Override
    public void onEnd(final Throwable cause) {
        // The former was told when its last byte left.
    }
}
