package io.godwit.core.http;

import io.godwit.core.handshake.ClientHandshake;
import io.godwit.core.handshake.HandshakeRefusal;
import io.godwit.core.handshake.OriginPolicy;
import io.godwit.core.handshake.ServerHandshake;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A fuzz target: any bytes as the head of a request and as that of a response, then through the opening handshake of that
 * side. No exception leaves; the verdict does not depend on how the bytes are cut; what is accepted means the same when it is
 * written and read again.
 *
 * <p>The first two bytes of an input choose the limits and the length of the pieces; the others are the head.
 */
public final class HeadFuzz {
    private static final int CHOICES = 2;
    private static final HttpLimits TIGHT = new HttpLimits(64, 8, 256);
    private static final OriginPolicy ORIGINS = OriginPolicy.allow(List.of("http://example.com", "https://a.b:8443"));
    private static final ClientHandshake CLIENT = ClientHandshake.of(
                    false, "example.com", 80, "/chat", "dGhlIHNhbXBsZSBub25jZQ==")
            .withSubprotocols(List.of("chat", "superchat"));

    private HeadFuzz() {}

    /** Called by the fuzzer, and by {@link HeadCorpusTest}. */
    public static void fuzzerTestOneInput(final byte[] input) {
        if (input.length < CHOICES) {
            return;
        }
        final HttpLimits limits = (input[0] & 1) == 0 ? HttpLimits.DEFAULT : TIGHT;
        final int pieceBytes = 1 + (input[1] & 0x1F);
        final byte[] wire = Arrays.copyOfRange(input, CHOICES, input.length);
        if (verdict(wire, pieceBytes, limits, () -> Wire.requestParser(limits)) instanceof HttpRequest request) {
            open(request);
        }
        if (verdict(wire, pieceBytes, limits, () -> Wire.responseParser(limits)) instanceof HttpResponse response) {
            judge(response);
        }
    }

    private static Object verdict(
            final byte[] wire, final int pieceBytes, final HttpLimits limits, final Supplier<Wire.Parser> parsers) {
        final Wire.Outcome whole = Wire.feed(parsers.get(), wire);
        require(whole, Wire.feedByteByByte(parsers.get(), wire), "byte by byte");
        final int[] cuts = new int[wire.length / pieceBytes];
        Arrays.setAll(cuts, i -> (i + 1) * pieceBytes);
        require(whole, Wire.feed(parsers.get(), wire, cuts), "in pieces of " + pieceBytes);
        if (whole.taken() > limits.headBytesMax() + 1) {
            throw new AssertionError(whole.taken() + " bytes taken where a head has " + limits.headBytesMax());
        }
        if (whole.verdict() == null && whole.taken() < wire.length) {
            throw new AssertionError("no verdict, and bytes left");
        }
        return whole.verdict();
    }

    private static void open(final HttpRequest request) {
        require(
                request,
                Wire.feed(Wire.requestParser(largeFor(request.encode())), request.encode())
                        .verdict(),
                "written and read again");
        request.path();
        request.query();
        request.authority();
        final HandshakeRefusal refusal = ServerHandshake.judge(request, ORIGINS);
        if (refusal != null) {
            readBack(HttpResponse.of(refusal.status(), refusal.headers()));
            return;
        }
        final String subprotocol = ServerHandshake.selectSubprotocol(request, List.of("superchat", "chat"));
        final HttpResponse accepted = ServerHandshake.accept(request, subprotocol, null, HttpHeaders.EMPTY);
        readBack(accepted);
        require(subprotocol, ClientHandshake.subprotocol(accepted), "the subprotocol that the client reads");
    }

    private static void judge(final HttpResponse response) {
        readBack(response);
        if (CLIENT.judge(response) == null) {
            final String subprotocol = ClientHandshake.subprotocol(response);
            if (subprotocol != null && !List.of("chat", "superchat").contains(subprotocol)) {
                throw new AssertionError("a subprotocol that was not offered: " + subprotocol);
            }
            require(List.of(), ClientHandshake.extensions(response), "extensions, where none was offered");
        }
    }

    /** The version is not kept: a response is always written as HTTP/1.1. */
    private static void readBack(final HttpResponse response) {
        final byte[] encoded = response.encode();
        require(
                response,
                Wire.feed(Wire.responseParser(largeFor(encoded)), encoded).verdict(),
                "written and read again");
    }

    /** What is written may be a little longer than what was read: a blank stands behind each colon. */
    private static HttpLimits largeFor(final byte[] encoded) {
        return new HttpLimits(encoded.length, HttpLimits.DEFAULT.headersMax(), encoded.length);
    }

    private static void require(final Object expected, final Object actual, final String how) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(how + ": " + actual + " rather than " + expected);
        }
    }
}
