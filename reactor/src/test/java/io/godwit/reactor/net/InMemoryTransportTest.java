package io.godwit.reactor.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class InMemoryTransportTest implements TransportContract {

    private static final class Pair extends Ends {
        private final InMemoryTransport one = InMemoryTransport.pair(20_000);

        Pair() throws IOException {
            open(one, one.peer());
        }

        @Override
        void resetThere() {
            one.peer().reset();
        }
    }

    @Override
    public Ends connect() throws IOException {
        return new Pair();
    }

    @Test
    void shouldTakeAsManyBytesAsItsBoundAndNoMore() throws IOException {
        final InMemoryTransport one = InMemoryTransport.pair(100);
        assertThat(one.write(ByteBuffer.allocate(60))).isEqualTo(60);
        assertThat(one.write(ByteBuffer.allocate(60))).isEqualTo(40);
        assertThat(one.write(ByteBuffer.allocate(60))).isZero();
        assertThat(one.peer().readableBytes()).isEqualTo(100);
        assertThat(one.peer().read(ByteBuffer.allocate(7))).isEqualTo(7);
        assertThat(one.write(ByteBuffer.allocate(60))).isEqualTo(7);
    }
}
