package io.godwit.reactor.server;

import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.worker.WorkerPool;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiPredicate;

/**
 * What all loops of a server have in common.
 *
 * @param routes what is served
 * @param options on which terms
 * @param admission who is let in
 * @param workers run the handlers that do not run on a loop; null where there are none
 */
record Service(Routes routes, ServerOptions options, Admission admission, WorkerPool workers) {

    /**
     * Makes what there is one of.
     *
     * @param onWorkerFailure says whether a worker that an error has ended is to be replaced
     * @param threads makes the workers' threads
     */
    Service(
            final Routes routes,
            final ServerOptions options,
            final BiPredicate<String, Throwable> onWorkerFailure,
            final ThreadFactory threads) {
        this(
                routes,
                options,
                new Admission(options.admission()),
                workersFor(routes, options, onWorkerFailure, threads));
    }

    private static WorkerPool workersFor(
            final Routes routes,
            final ServerOptions options,
            final BiPredicate<String, Throwable> onFailure,
            final ThreadFactory threads) {
        if (!routes.needWorkers()) {
            return null;
        }
        // Those that are open or being opened, and as many whose handlers have not been told of the end of theirs yet.
        return new WorkerPool(options.threads().workers(), 2 * connectionsBound(options), onFailure, threads);
    }

    /** {@return how many connections there can be at a time: those that are served, and those that are turned away} */
    int connectionsBound() {
        return connectionsBound(options);
    }

    private static int connectionsBound(final ServerOptions options) {
        return options.admission().connectionsMax() + options.admission().backlog();
    }
}
