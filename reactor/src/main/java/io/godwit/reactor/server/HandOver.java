package io.godwit.reactor.server;

import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Deals out what one loop accepts to all loops in turn, where the system does not do so by itself. For the thread of the
 * accepting loop.
 */
final class HandOver {

    private final List<LoopRunner> runners;
    private final LoopRunner own;
    private int next;

    HandOver(final List<LoopRunner> runners, final LoopRunner own) {
        this.runners = runners;
        this.own = own;
    }

    /**
     * Gives a connection to the loop whose turn it is.
     *
     * @param channel non-blocking; transferred where this says so
     * @param source for which it was admitted
     * @return false where it is the accepting loop's own turn, or the other one takes no more commands: then it is kept
     */
    boolean give(final SocketChannel channel, final long source) {
        final LoopRunner runner = runners.get(next);
        next = (next + 1) % runners.size();
        return runner != own && give(channel, source, runner.server());
    }

    private static boolean give(final SocketChannel channel, final long source, final LoopServer target) {
        final Adoption adoption = new Adoption(target, channel, source);
        // Where the loop has ended meanwhile, it may have looked at its commands for the last time.
        return target.loop().execute(adoption)
                && (!target.loop().isClosed() || !adoption.taken.compareAndSet(false, true));
    }

    /** A connection on its way: whoever is first has it. */
    private record Adoption(LoopServer target, SocketChannel channel, long source, AtomicBoolean taken)
            implements Runnable {

        Adoption(final LoopServer target, final SocketChannel channel, final long source) {
            this(target, channel, source, new AtomicBoolean());
        }

        @Override
        public void run() {
            if (taken.compareAndSet(false, true)) {
                target.adopt(channel, source);
            }
        }
    }
}
