package io.godwit.reactor.endpoint;

import io.godwit.core.http.HttpLimits;
import java.util.Objects;

/**
 * What holds for a server as a whole. Immutable; start from {@link #DEFAULT}.
 *
 * @param http what a request head may take
 * @param admission how many connections
 * @param timeouts how long a peer may take
 * @param threads who does the work
 * @param loop what one loop may hold, and do at a time
 * @param sockets what sockets are asked for
 */
public record ServerOptions(
        HttpLimits http,
        AdmissionLimits admission,
        Timeouts timeouts,
        Threads threads,
        LoopLimits loop,
        SocketOptions sockets) {

    /** The default of each. */
    public static final ServerOptions DEFAULT = new ServerOptions(
            HttpLimits.DEFAULT,
            AdmissionLimits.DEFAULT,
            Timeouts.DEFAULT,
            Threads.DEFAULT,
            LoopLimits.DEFAULT,
            SocketOptions.DEFAULT);

    /**
     * Checks that none is null.
     *
     * @param http not null
     * @param admission not null
     * @param timeouts not null
     * @param threads not null
     * @param loop not null
     * @param sockets not null
     */
    public ServerOptions {
        Objects.requireNonNull(http, "http");
        Objects.requireNonNull(admission, "admission");
        Objects.requireNonNull(timeouts, "timeouts");
        Objects.requireNonNull(threads, "threads");
        Objects.requireNonNull(loop, "loop");
        Objects.requireNonNull(sockets, "sockets");
    }

    /**
     * Sets the limits of request heads.
     *
     * @param limits what a head may take
     * @return a copy of these options with them
     */
    public ServerOptions withHttp(final HttpLimits limits) {
        return new ServerOptions(limits, admission, timeouts, threads, loop, sockets);
    }

    /**
     * Sets how many connections are served.
     *
     * @param limits of connections
     * @return a copy of these options with them
     */
    public ServerOptions withAdmission(final AdmissionLimits limits) {
        return new ServerOptions(http, limits, timeouts, threads, loop, sockets);
    }

    /**
     * Sets the time limits.
     *
     * @param limits how long a peer may take
     * @return a copy of these options with them
     */
    public ServerOptions withTimeouts(final Timeouts limits) {
        return new ServerOptions(http, admission, limits, threads, loop, sockets);
    }

    /**
     * Sets the threads.
     *
     * @param kinds loops and workers
     * @return a copy of these options with them
     */
    public ServerOptions withThreads(final Threads kinds) {
        return new ServerOptions(http, admission, timeouts, kinds, loop, sockets);
    }

    /**
     * Sets the limits of each loop.
     *
     * @param limits of memory, and of one cycle
     * @return a copy of these options with them
     */
    public ServerOptions withLoop(final LoopLimits limits) {
        return new ServerOptions(http, admission, timeouts, threads, limits, sockets);
    }

    /**
     * Sets what sockets are asked for.
     *
     * @param options of sockets
     * @return a copy of these options with them
     */
    public ServerOptions withSockets(final SocketOptions options) {
        return new ServerOptions(http, admission, timeouts, threads, loop, options);
    }

    /**
     * Fits what each loop may hold to the heap, after what the connections themselves need. A server does so when it is
     * built; before that it shows whether the server could be.
     *
     * @param heapBytes the most that the heap can be, as {@link Runtime#maxMemory} tells it
     * @param messageBytesMax the longest message of all endpoints: if {@link LoopLimits#FITTED} is asked for, four times that is
     *     held if there is room, even if that is more than {@link LoopLimits#FITTED_BYTES_MAX}
     * @return a copy of these options, whose {@link LoopLimits#bufferedBytesMax} is not {@link LoopLimits#FITTED}
     * @throws IllegalArgumentException if more is asked for than there is room for, or there is room for too little, or the
     *     longest message would never fit into what a loop may hold; the message says what to change
     */
    public ServerOptions fittedTo(final long heapBytes, final long messageBytesMax) {
        return fittedTo(heapBytes, messageBytesMax, MemoryNames.API);
    }

    /**
     * Does as {@link #fittedTo(long, long)}, for whoever knows the options by other names.
     *
     * @param heapBytes as there
     * @param messageBytesMax as there
     * @param names what the message of an exception calls what can be changed
     * @return as there
     * @throws IllegalArgumentException as there
     */
    public ServerOptions fittedTo(final long heapBytes, final long messageBytesMax, final MemoryNames names) {
        final MemoryFit fit = MemoryFit.of(this, heapBytes, names);
        return withLoop(loop.withBufferedBytesMax(fit.judge(loop.bufferedBytesMax(), messageBytesMax)));
    }
}
