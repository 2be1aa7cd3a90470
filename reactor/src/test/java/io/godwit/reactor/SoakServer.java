package io.godwit.reactor;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.topic.Topic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The server that {@link SoakIT} besieges, in a process and a heap of its own. It prints its port, answers each line of its
 * input with a {@link SoakCount}, and ends in good order with its input; with status 1 if anything is left behind.
 */
final class SoakServer {
    private static final int LOOPS = 2;
    private static final long PUBLISH_MS = 20;
    private static final String NEWS = "n".repeat(400);

    private final Topic topic = new Topic("news");
    private final CountingHandler good = CountingHandler.echo();
    private final CountingHandler besieged = CountingHandler.echo();

    /** Whoever opens is subscribed, and by each message leaves or comes back. */
    private final CountingHandler feed = new CountingHandler(topic::subscribe, (ws, message) -> {
        if (!topic.unsubscribe(ws)) {
            topic.subscribe(ws);
        }
    });

    private SoakServer() {}

    /** Begins with the process. */
    public static void main(final String[] arguments) throws IOException {
        new SoakServer().run();
    }

    private static ServerOptions options() {
        return ServerOptions.DEFAULT
                .withThreads(Threads.DEFAULT.withLoops(LOOPS))
                .withTimeouts(new Timeouts(
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(2)));
    }

    private static Endpoint besieged(final CountingHandler handler, final SlowConsumerPolicy policy) {
        return Endpoint.of(handler)
                .withLimits(EndpointLimits.DEFAULT.withOutbound(
                        new OutboundLimits(20_000, 200_000, policy, Duration.ofSeconds(3))));
    }

    private void run() throws IOException {
        final ScheduledExecutorService publisher = Executors.newSingleThreadScheduledExecutor();
        try (CheckedServer server = CheckedServer.with(builder -> builder.endpoint("/loop", good)
                .endpoint("/workers", Endpoint.of(good).onWorkers())
                .endpoint("/besieged/loop", besieged(besieged, SlowConsumerPolicy.CLOSE))
                .endpoint(
                        "/besieged/workers",
                        besieged(besieged, SlowConsumerPolicy.CLOSE).onWorkers())
                .endpoint("/besieged/feed", besieged(feed, SlowConsumerPolicy.DROP_OLDEST))
                .endpoint(
                        "/besieged/feed/workers",
                        besieged(feed, SlowConsumerPolicy.CLOSE).onWorkers())
                .options(options()))) {
            final Leftovers leftovers = new Leftovers(server);
            publisher.scheduleAtFixedRate(() -> topic.publish(NEWS), PUBLISH_MS, PUBLISH_MS, TimeUnit.MILLISECONDS);
            System.out.println(server.port());
            final BufferedReader asked =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            while (asked.readLine() != null) {
                System.out.println(count(server, leftovers.now()).line());
            }
        } finally {
            publisher.shutdownNow();
        }
    }

    private SoakCount count(final CheckedServer server, final Leftovers.Count now) {
        return new SoakCount(
                now.connections(),
                now.buffers(),
                now.handoffBytes(),
                now.timers(),
                now.sockets(),
                heapBytesAfterGc(),
                directBytes(),
                good.opens(),
                good.closes(),
                besieged.opens() + feed.opens(),
                besieged.closes() + feed.closes(),
                good.disordered() + besieged.disordered() + feed.disordered(),
                server.count(Metric.WEBSOCKETS_OPENED),
                server.count(Metric.WEBSOCKETS_CLOSED));
    }

    /** The least of a few tries: one collection may leave what only the next one finds. */
    private static long heapBytesAfterGc() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
