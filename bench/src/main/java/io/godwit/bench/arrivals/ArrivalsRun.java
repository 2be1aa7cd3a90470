package io.godwit.bench.arrivals;

import io.godwit.bench.memory.MemoryTransport;
import io.godwit.bench.report.Machine;
import io.godwit.core.http.HttpHeaders;
import io.godwit.core.http.HttpRequest;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.session.Opening;
import io.godwit.reactor.session.Sessions;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * One loop, driven by the calling thread and the real clock, sleeping in its selector while there is nothing to do: all
 * connections are opened in the same moment, and then left to their timers.
 */
final class ArrivalsRun {

    /** The first Pings are due a little later; until then nothing is. */
    private static final double QUIET = 0.9;

    private static final long END_NS = TimeUnit.SECONDS.toNanos(30);

    private final Terms terms;
    private final SleepClock clock = new SleepClock();
    private final EventLoop loop;
    private final CountedStage.Count deadlines = new CountedStage.Count();
    private final Connection[] connections;
    private int ended;
    private long arrivedNs;
    private long openNs;
    private long heapBytes;
    private Window quiet;
    private Window busy;

    private ArrivalsRun(final Terms terms) throws IOException {
        this.terms = terms;
        connections = new Connection[terms.connections()];
        loop = new EventLoop("arrivals", LoopOptions.forConnections(terms.connections()), clock);
    }

    /**
     * Opens, watches and ends the connections.
     *
     * @param terms what to show
     * @return the run, which has ended
     * @throws IOException if there is no selector
     */
    static ArrivalsRun of(final Terms terms) throws IOException {
        final ArrivalsRun run = new ArrivalsRun(terms);
        run.open();
        run.watch();
        run.end();
        return run;
    }

    private void open() throws IOException {
        final MemoryTransport[] transports = new MemoryTransport[connections.length];
        for (int i = 0; i < transports.length; i++) {
            transports[i] = new MemoryTransport(new IdlePeer(terms.isSilent(i)));
        }
        final long heapBefore = Machine.heapBytes();
        final Sessions sessions = new Sessions(loop, terms.timeouts(), null);
        final Endpoint endpoint = Endpoint.of(new WebSocketHandler() {});
        // Held by all: a connection forgets it once it is open.
        final HttpRequest request = new HttpRequest("GET", "/", "HTTP/1.1", HttpHeaders.EMPTY);
        loop.cycle(0);
        arrivedNs = loop.nowNs();
        for (int i = 0; i < connections.length; i++) {
            // The jitter comes of the number: where that is the same for all, so is the jitter.
            connections[i] = new Connection(loop, terms.jitter() ? i + 1 : 0, transports[i], connection -> ended++);
            sessions.open(connections[i], new Opening(endpoint, "/", request, null, null));
        }
        openNs = System.nanoTime() - arrivedNs;
        while (loop.cycle(0) > 0) {
            // Until what the opening has left to do is done.
        }
        heapBytes = Machine.heapBytes() - heapBefore;
        for (final Connection connection : connections) {
            connection.stage(new CountedStage(connection.stage(), deadlines));
        }
    }

    private void watch() throws IOException {
        final long quietNs = (long) (QUIET * terms.timeouts().ping().toNanos());
        // Where the opening itself took so long, there is no such time.
        quiet = drive(arrivedNs + quietNs);
        busy = drive(arrivedNs + terms.time().toNanos());
    }

    private Window drive(final long untilNs) throws IOException {
        final Window window = new Window();
        long beganNs = System.nanoTime();
        while (beganNs < untilNs) {
            clock.begin();
            loop.cycle(untilNs - beganNs);
            final long endedNs = System.nanoTime();
            window.cycle(clock.workNs(beganNs, endedNs), deadlines.take());
            beganNs = endedNs;
        }
        return window.end();
    }

    /** Nothing is left of those that have expired, nor of the others once they are cut off. */
    private void end() throws IOException {
        for (final Connection connection : connections) {
            connection.abort(null);
        }
        final long endNs = System.nanoTime() + END_NS;
        while (ended < connections.length) {
            loop.cycle(0);
            if (System.nanoTime() > endNs) {
                throw new IllegalStateException(connections.length - ended + " connections do not end");
            }
        }
        // The next run is to find the heap empty.
        Arrays.fill(connections, null);
        loop.onClose();
        if (loop.timers().count() > 0 || loop.pool().lent() > 0) {
            throw new IllegalStateException(
                    loop.timers().count() + " timers and " + loop.pool().lent() + " buffers are left");
        }
    }

    /** {@return how long it took to open them all} */
    long openNs() {
        return openNs;
    }

    /** {@return the heap that one connection takes, without its peer} */
    double heapBytesPerConnection() {
        return (double) heapBytes / connections.length;
    }

    /** {@return the time until the first Pings were due} */
    Window quiet() {
        return quiet;
    }

    /** {@return the time from then on} */
    Window busy() {
        return busy;
    }

    /** {@return the most deadlines that a cycle may judge} */
    int deadlinesMax() {
        return loop.options().expiriesPerCycleMax();
    }

    long count(final Metric metric) {
        return loop.counters().get(metric);
    }
}
