package io.godwit.reactor.net;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.SelectHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A socket whose appetite is set by the test. */
final class FakeTransport implements Transport {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    int appetite = Integer.MAX_VALUE;
    int writes;
    IOException failure;
    Error error;

    @Override
    public void open(final EventLoop owner, final SelectHandler handler) {}

    @Override
    public void interest(final int ops) {}

    @Override
    public int read(final ByteBuffer in) {
        return 0;
    }

    @Override
    public int write(final ByteBuffer out) throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (error != null) {
            throw error;
        }
        writes++;
        final int bytes = Math.min(appetite, out.remaining());
        appetite -= bytes;
        for (int i = 0; i < bytes; i++) {
            taken.write(out.get());
        }
        return bytes;
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {}

    @Override
    public SocketAddress remoteAddress() {
        return null;
    }

    String text() {
        return taken.toString(StandardCharsets.US_ASCII);
    }
}
