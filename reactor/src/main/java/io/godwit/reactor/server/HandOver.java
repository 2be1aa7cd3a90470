package io.godwit.reactor.server;

import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Deals out what one loop accepts to all loops in turn, where the system does not do so by itself; a loop that is held up is
 * passed over. For the thread of the accepting loop.
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
        for (int i = 0; i < runners.size(); i++) {
            final LoopRunner runner = runners.get(next);
            next = (next + 1) % runners.size();
            if (runner == own) {
                return false;
            }
            if (!runner.isBlocked()) {
                final LoopServer target = runner.server();
                return give(target, () -> target.adopt(channel, source));
            }
        }
        return false;
    }

    /**
     * Has another loop take something over. Any thread.
     *
     * @param target of which loop
     * @param taking run on that loop, once
     * @return false where that loop takes no more commands, or has ended: then it is not run
     */
    static boolean give(final LoopServer target, final Runnable taking) {
        final Adoption adoption = new Adoption(taking, new AtomicBoolean());
        // Where the loop has ended meanwhile, it may have looked at its commands for the last time.
        return target.loop().execute(adoption)
                && (!target.loop().isClosed() || !adoption.taken.compareAndSet(false, true));
    }

    /** A connection on its way: whoever is first has it. */
    private record Adoption(Runnable taking, AtomicBoolean taken) implements Runnable {

        @Override
        public void run() {
            if (taken.compareAndSet(false, true)) {
                taking.run();
            }
        }
    }
}
