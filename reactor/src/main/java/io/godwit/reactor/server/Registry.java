package io.godwit.reactor.server;

import io.godwit.reactor.endpoint.ConnectionInfo;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import java.util.List;
import java.util.function.Consumer;

/** What is to be seen of a server's connections, over all its loops. Any thread, once they are open. */
public final class Registry {

    private final List<LoopRunner> runners;

    Registry(final List<LoopRunner> runners) {
        this.runners = runners;
    }

    /**
     * Reads a metric.
     *
     * @param metric of which
     * @return how many
     */
    public long count(final Metric metric) {
        long all = 0;
        for (final LoopRunner runner : runners) {
            final long own = runner.count(metric);
            all = metric.isMaximum() ? Math.max(all, own) : all + own;
        }
        return all;
    }

    /** {@return how many connections there are} */
    public int connectionCount() {
        int sum = 0;
        for (final LoopRunner runner : runners) {
            sum += runner.server().connectionCount();
        }
        return sum;
    }

    /**
     * Shows all connections.
     *
     * @param visitor called by this thread, once for each
     */
    public void forEach(final Consumer<? super ConnectionInfo> visitor) {
        final long nowNs = System.nanoTime();
        runners.forEach(runner -> runner.server().forEach(nowNs, visitor));
    }

    /**
     * Finds an open WebSocket.
     *
     * @param id its number
     * @return it, or null
     */
    public WebSocket find(final long id) {
        return runners.get(ConnectionIds.loopOf(id, runners.size())).server().find(id);
    }
}
