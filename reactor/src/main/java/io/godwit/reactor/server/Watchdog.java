package io.godwit.reactor.server;

import io.godwit.reactor.loop.CarefulLog;
import io.godwit.reactor.loop.CycleWatch;
import io.godwit.reactor.metrics.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Looks after the loops of one server, on a thread of its own: tells of a loop that is held up, by whom, and how long it was.
 * Meanwhile it has other loops accept what the kernel deals to that one. The loops themselves do no more for it than note when
 * a cycle begins.
 */
final class Watchdog {

    private static final CarefulLog LOG = new CarefulLog();

    private static final long NOT_BLOCKED = Long.MIN_VALUE;

    /** Packages in which a stuck loop is on the way to the handler, or does its own work. */
    private static final Set<String> OWN_PACKAGES = Set.of(
            "io.godwit.reactor.broadcast",
            "io.godwit.reactor.conversation",
            "io.godwit.reactor.loop",
            "io.godwit.reactor.net",
            "io.godwit.reactor.server",
            "io.godwit.reactor.session");

    private static final List<String> FOREIGN =
            List.of("java.", "jdk.", "sun.", "org.agrona.", "org.jctools.", "io.godwit.core.");

    private final List<LoopRunner> runners;
    private final Rescue rescue;
    private final long warningNs;
    private final LongSupplier clock;

    /** Since when each loop is held up, as the log says already. */
    private final long[] blockedSinceNs;

    private final HeldTime held;

    Watchdog(final List<LoopRunner> runners, final long warningNs, final LongSupplier clock) {
        this.runners = runners;
        rescue = new Rescue(runners);
        this.warningNs = warningNs;
        this.clock = clock;
        blockedSinceNs = new long[runners.size()];
        Arrays.fill(blockedSinceNs, NOT_BLOCKED);
        runners.forEach(runner -> runner.blockedSince(CycleWatch.ASLEEP));
        held = new HeldTime(runners.size(), periodNs(), clock.getAsLong());
    }

    /** {@return how often to look: a loop is told of a quarter of its time late at most} */
    long periodNs() {
        return Math.max(TimeUnit.MILLISECONDS.toNanos(1), Math.min(TimeUnit.SECONDS.toNanos(1), warningNs / 4));
    }

    /** Looks at all loops once. One thread. */
    void look() {
        final long nowNs = clock.getAsLong();
        held.look(nowNs);
        for (int i = 0; i < blockedSinceNs.length; i++) {
            try {
                look(i, runners.get(i), nowNs);
            } catch (final RuntimeException | Error e) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the watchdog has failed to look at ",
                        runners.get(i).name(),
                        "",
                        e);
            }
        }
    }

    private void look(final int index, final LoopRunner runner, final long nowNs) {
        final LoopServer server = runner.server();
        final long sinceNs = server.loop().watch().busySinceNs();
        final long heldNs = sinceNs == CycleWatch.ASLEEP ? 0 : held.of(index, sinceNs);
        final boolean blocked = sinceNs != CycleWatch.ASLEEP && heldNs >= warningNs;
        runner.blockedSince(blocked ? sinceNs : CycleWatch.ASLEEP);
        if (blockedSinceNs[index] != NOT_BLOCKED && sinceNs != blockedSinceNs[index]) {
            tellOver(runner, nowNs - blockedSinceNs[index]);
            blockedSinceNs[index] = NOT_BLOCKED;
        }
        if (blocked && blockedSinceNs[index] == NOT_BLOCKED) {
            // Noted first: the log may fail, and is not to be tried at each look.
            blockedSinceNs[index] = sinceNs;
            runner.counters().incrementFromOutside(Metric.BLOCKED_LOOPS);
            tellBlocked(runner, server, heldNs);
        }
        if (blocked) {
            rescue.acceptFor(runner);
        }
    }

    private static void tellBlocked(final LoopRunner runner, final LoopServer server, final long lastsNs) {
        final Thread thread = server.loop().driver();
        final StackTraceElement[] stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
        final Throwable where = new BlockedLoop(stack);
        LOG.log(
                System.Logger.Level.WARNING,
                runner.name() + " has been held up for " + TimeUnit.NANOSECONDS.toMillis(lastsNs) + " ms by "
                        + handlerOf(stack),
                where);
    }

    private static void tellOver(final LoopRunner runner, final long lastedNs) {
        LOG.log(
                System.Logger.Level.WARNING,
                runner.name() + " goes on after " + TimeUnit.NANOSECONDS.toMillis(lastedNs) + " ms");
    }

    /** {@return the class that the loop's own code has called first, or what stands for none} */
    static String handlerOf(final StackTraceElement[] stack) {
        for (int i = stack.length - 1; i >= 0; i--) {
            final String name = stack[i].getClassName();
            if (!isOwn(name)) {
                return name;
            }
        }
        return "its own work";
    }

    private static boolean isOwn(final String className) {
        final int dot = className.lastIndexOf('.');
        return dot >= 0 && OWN_PACKAGES.contains(className.substring(0, dot))
                || FOREIGN.stream().anyMatch(className::startsWith);
    }

    /** Shows the stack of the loop's thread in the log. */
    private static final class BlockedLoop extends Exception {

        private static final long serialVersionUID = 1;

        BlockedLoop(final StackTraceElement[] stack) {
            super("the loop's thread is here", null, false, true);
            setStackTrace(stack);
        }
    }
}
