package io.godwit.bench.micro;

import io.godwit.core.handshake.HandshakeRefusal;
import io.godwit.core.handshake.OriginPolicy;
import io.godwit.core.handshake.SecWebSocketKey;
import io.godwit.core.handshake.ServerHandshake;
import io.godwit.core.http.HttpHeaders;
import io.godwit.core.http.HttpLimits;
import io.godwit.core.http.HttpRequest;
import io.godwit.core.http.HttpRequestParser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What an opening handshake costs a server, without the socket: the request of a browser, with its twelve fields, parsed,
 * judged, and answered with 101. An operation is one handshake, or that step of it. It comes once for each connection, and
 * allocates: {@code -prof gc} tells how much. {@link #handshake} is all of it; the steps tell where its time goes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class HandshakeBenchmark {

    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String HEAD = String.join(
            "\r\n",
            "GET /echo HTTP/1.1",
            "Host: www.example.com",
            "Connection: keep-alive, Upgrade",
            "Pragma: no-cache",
            "Cache-Control: no-cache",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
            "Upgrade: websocket",
            "Origin: https://www.example.com",
            "Sec-WebSocket-Version: 13",
            "Accept-Encoding: gzip, deflate, br, zstd",
            "Accept-Language: en-GB,en;q=0.9",
            "Sec-WebSocket-Key: " + KEY,
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
            "",
            "");

    private final ByteBuffer head = ByteBuffer.allocateDirect(HEAD.length());
    private final OriginPolicy origins = OriginPolicy.allow(List.of("https://www.example.com"));
    private HttpRequest request;

    /** Not final, or its answer might be computed once for all. */
    private String key = KEY;

    /** Makes what the steps begin with. */
    @Setup
    public void setUp() {
        head.put(HEAD.getBytes(StandardCharsets.US_ASCII)).flip();
        request = parse();
    }

    /**
     * From the bytes to the request.
     *
     * @return the request
     */
    @Benchmark
    public HttpRequest parse() {
        // One for each connection, as the server has it.
        final HttpRequestParser parser = new HttpRequestParser(HttpLimits.DEFAULT);
        if (!parser.parse(head.position(0)) || parser.violation() != null) {
            throw new IllegalStateException("the head is valid, not " + parser.violation());
        }
        return parser.request();
    }

    /**
     * Whether the request may be accepted, its origin included.
     *
     * @return null
     */
    @Benchmark
    public HandshakeRefusal judge() {
        return judge(request);
    }

    private HandshakeRefusal judge(final HttpRequest asked) {
        final HandshakeRefusal refusal = ServerHandshake.judge(asked, origins);
        if (!ServerHandshake.isUpgrade(asked) || refusal != null) {
            throw new IllegalStateException("the request is right, not " + refusal);
        }
        return refusal;
    }

    /**
     * Sec-WebSocket-Accept: SHA-1 and Base64, both the platform's.
     *
     * @return the field's value
     */
    @Benchmark
    public String acceptKey() {
        return SecWebSocketKey.accept(key);
    }

    /**
     * The response, its bytes and the accept key included.
     *
     * @return what to send
     */
    @Benchmark
    public byte[] respond() {
        return respond(request);
    }

    private static byte[] respond(final HttpRequest asked) {
        return ServerHandshake.accept(asked, null, null, HttpHeaders.EMPTY).encode();
    }

    /**
     * All of it, from bytes to bytes.
     *
     * @return what to send
     */
    @Benchmark
    public byte[] handshake() {
        final HttpRequest asked = parse();
        judge(asked);
        return respond(asked);
    }
}
