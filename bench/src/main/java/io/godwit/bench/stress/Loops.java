package io.godwit.bench.stress;

import io.godwit.bench.memory.MemoryTransport;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.net.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Loops and connections for the tests of this package: small ones, since there are many. */
final class Loops {

    private static final LoopOptions DEFAULT = LoopOptions.forConnections(1);

    private Loops() {}

    /** {@return a loop that nobody drives yet} */
    static EventLoop open() {
        return openFor(1);
    }

    /** {@return a new connection of a loop, with no stage yet} */
    static Connection connection(final EventLoop loop, final long id, final MemoryTransport transport) {
        try {
            return new Connection(loop, id, transport, ended -> {});
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return a loop for so many connections, that nobody drives yet} */
    static EventLoop openFor(final int connectionsMax) {
        try {
            return new EventLoop(
                    "stressed",
                    new LoopOptions(
                            1_024,
                            1,
                            1_024,
                            DEFAULT.bufferedBytesMax(),
                            0,
                            DEFAULT.acceptsPerCycleMax(),
                            DEFAULT.commandsPerCycleMax(),
                            DEFAULT.expiriesPerCycleMax(),
                            DEFAULT.deliveriesPerCycleMax(),
                            2 * connectionsMax),
                    System::nanoTime);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
