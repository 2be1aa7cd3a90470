package io.godwit.reactor.server;

import io.godwit.reactor.loop.CarefulLog;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * Has other loops serve the connections that the kernel deals to a loop that is held up. Else they would wait for it, although
 * others have time. For the thread of the watchdog.
 */
final class Rescue {

    private static final CarefulLog LOG = new CarefulLog();

    /** From one socket at a time; the next look goes on. */
    private static final int ACCEPTS_MAX = 256;

    private final List<LoopRunner> runners;
    private int next;

    Rescue(final List<LoopRunner> runners) {
        this.runners = runners;
    }

    /** Accepts what waits for a loop that is held up, and deals it out to those that are not. */
    void acceptFor(final LoopRunner blocked) {
        if (blocked.server().isStopRequested()) {
            return;
        }
        for (final ServerSocketChannel channel : blocked.channels()) {
            try {
                acceptFrom(channel);
            } catch (final IOException e) {
                // It was closed meanwhile, or there is no descriptor left: the loop itself sees to that.
                LOG.log(System.Logger.Level.DEBUG, "nothing was accepted for ", blocked.name(), "", e);
            }
        }
    }

    private void acceptFrom(final ServerSocketChannel channel) throws IOException {
        for (int i = 0; i < ACCEPTS_MAX; i++) {
            final LoopServer target = nextFree();
            final SocketChannel accepted = target == null ? null : channel.accept();
            if (accepted == null) {
                return;
            }
            boolean given = false;
            try {
                accepted.configureBlocking(false);
                accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
                given = HandOver.give(target, () -> target.adoptUnjudged(accepted));
            } finally {
                if (!given) {
                    accepted.close();
                }
            }
        }
    }

    /** {@return one that is not held up, each in its turn; null: there is none} */
    private LoopServer nextFree() {
        for (int i = 0; i < runners.size(); i++) {
            final LoopRunner runner = runners.get(next);
            next = (next + 1) % runners.size();
            final LoopServer server = runner.server();
            if (!runner.isBlocked() && !server.loop().isStopped()) {
                return server;
            }
        }
        return null;
    }
}
