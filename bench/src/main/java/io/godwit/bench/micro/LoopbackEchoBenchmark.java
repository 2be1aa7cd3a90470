package io.godwit.bench.micro;

import io.godwit.reactor.WebSocketServer;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The echo of a real server on the loopback address, with all that an embedder gets, and one client with a blocking socket:
 * one message in flight, or many that leave with one write. An operation is one message, there and back; each echo is
 * compared with what was sent.
 *
 * <p>With one in flight it is a latency: two turns of the kernel's, and the wakeups of two threads that sleep. With 256 of
 * them these are shared, and what is left is what a message costs client and server together. Nearly all of either is the
 * kernel's. What another machine or client would see, or many connections, is the load generator's to tell.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class LoopbackEchoBenchmark {

    private static final String PATH = "/echo";
    private static final int FEW = 16;
    private static final int MANY = 256;

    /** The payload's length in bytes. */
    @Param({"20", "1024"})
    private int payloadBytes;

    private WebSocketServer server;
    private LoopbackClient client;

    /**
     * Starts the server, and connects.
     *
     * @throws IOException if there is no free port, or no connection
     */
    @Setup
    public void setUp() throws IOException {
        server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint(
                        PATH,
                        Endpoint.of(WebSocketHandler.echo())
                                .withLimits(EndpointLimits.DEFAULT.withRate(Rates.UNREACHED)))
                .build()
                .start();
        client = new LoopbackClient(server.port(), PATH, payloadBytes, MANY);
    }

    /**
     * Ends both.
     *
     * @throws IOException if the socket does not close
     */
    @TearDown
    public void tearDown() throws IOException {
        client.close();
        server.close();
    }

    /**
     * One message in flight.
     *
     * @return its number
     * @throws IOException if the echo is wrong
     */
    @Benchmark
    public int one() throws IOException {
        return client.exchange(1);
    }

    /**
     * 16 at once.
     *
     * @return the last one's number
     * @throws IOException if an echo is wrong
     */
    @Benchmark
    @OperationsPerInvocation(FEW)
    public int few() throws IOException {
        return client.exchange(FEW);
    }

    /**
     * 256 at once.
     *
     * @return the last one's number
     * @throws IOException if an echo is wrong
     */
    @Benchmark
    @OperationsPerInvocation(MANY)
    public int many() throws IOException {
        return client.exchange(MANY);
    }
}
