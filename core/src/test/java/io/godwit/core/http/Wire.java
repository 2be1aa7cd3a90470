package io.godwit.core.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Feeds parsers with text, cut in all ways. */
final class Wire {
    /** Both parsers, seen the same way. */
    interface Parser {
        boolean parse(ByteBuffer in);

        /** The head, or the violation; null while unfinished. */
        Object verdict();
    }

    private Wire() {}

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static ByteBuffer buffer(final String text) {
        return ByteBuffer.wrap(bytes(text));
    }

    static Parser requestParser(final HttpLimits limits) {
        final HttpRequestParser parser = new HttpRequestParser(limits);
        return new Parser() {
            @Override
            public boolean parse(final ByteBuffer in) {
                return parser.parse(in);
            }

            @Override
            public Object verdict() {
                return parser.request() != null ? parser.request() : parser.violation();
            }
        };
    }

    static Parser responseParser(final HttpLimits limits) {
        final HttpResponseParser parser = new HttpResponseParser(limits);
        return new Parser() {
            @Override
            public boolean parse(final ByteBuffer in) {
                return parser.parse(in);
            }

            @Override
            public Object verdict() {
                return parser.response() != null ? parser.response() : parser.violation();
            }
        };
    }

    /** What a parser said, and how many bytes it took to say so. */
    record Outcome(Object verdict, int taken) {}

    /** Feeds pieces that end at each of the cuts. */
    static Outcome feed(final Parser parser, final byte[] wire, final int... cuts) {
        final ByteBuffer in = ByteBuffer.wrap(wire);
        for (final int cut : cuts) {
            in.limit(cut);
            if (parser.parse(in)) {
                return new Outcome(parser.verdict(), in.position());
            }
        }
        in.limit(wire.length);
        parser.parse(in);
        return new Outcome(parser.verdict(), in.position());
    }

    static Outcome feedByteByByte(final Parser parser, final byte[] wire) {
        final int[] cuts = new int[wire.length];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i + 1;
        }
        return feed(parser, wire, cuts);
    }

    static int[] randomCuts(final Random random, final int length) {
        return random.ints(random.nextInt(8), 0, length + 1).sorted().toArray();
    }

    /** Requests that are right. */
    static final List<String> REQUESTS = List.of(
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "\r\n\r\nGET /chat?room=1&x=%20{|} HTTP/1.1\r\nhost:\t example.com:8080 \t\r\nX-Empty:\r\n\r\n",
            "GET http://example.com/p?q HTTP/1.1\r\nHost: other\r\nContent-Length: 0\r\n\r\n",
            "OPTIONS /x HTTP/1.0\r\n\r\n",
            "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://example.com\r\n"
                    + "Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n"
                    + "X: \u00e4\u00ff\r\n\r\n");

    /** Responses that are right. */
    static final List<String> RESPONSES = List.of(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n",
            "HTTP/1.1 101 \r\n\r\n",
            "HTTP/1.0 404 Not \u00e4 Found\tHere\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n");
}
