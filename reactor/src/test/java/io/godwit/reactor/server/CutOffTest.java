package io.godwit.reactor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.InMemoryTransport;
import io.godwit.reactor.net.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of a loop, after which there is no cycle that could make up for what memory was out for. */
class CutOffTest {

    private final List<String> events = new ArrayList<>();
    private final EventLoop loop;
    private final Connections connections = new Scarce();
    private int walksWithoutMemory;
    private int endsWithoutMemory;
    private int placesWithoutMemory;

    CutOffTest() throws IOException {
        loop = new EventLoop("test", LoopOptions.forConnections(8), () -> 0);
        loop.doWork();
    }

    @AfterEach
    void close() {
        loop.onClose();
    }

    private final class Scarce extends Connections {
        Scarce() {
            super(new ConnectionIds(0, 1));
        }

        @Override
        public Iterator<Connection> iterator() {
            if (walksWithoutMemory-- > 0) {
                throw new OutOfMemoryError("injected");
            }
            return super.iterator();
        }
    }

    private final class Ending implements Stage {
        private final long id;

        Ending(final long id) {
            this.id = id;
        }

        @Override
        public void onBytes(final ByteBuffer in) {}

        @Override
        public void onInputEnd() {}

        @Override
        public void onMail() {}

        @Override
        public void onBacklog() {}

        @Override
        public void onDrained() {}

        @Override
        public void onDeadline(final long nowNs) {}

        @Override
        public void onShutdown(final long leftNs) {}

        @Override
        public void onEnd(final Throwable cause) {
            if (endsWithoutMemory-- > 0) {
                throw new OutOfMemoryError("injected");
            }
            events.add("end " + id);
        }
    }

    private void ended(final Connection gone) {
        if (placesWithoutMemory-- > 0) {
            throw new OutOfMemoryError("injected");
        }
        connections.remove(gone);
        events.add("ended " + gone.id());
    }

    private void connect(final int count) throws IOException {
        for (int i = 0; i < count; i++) {
            final long id = connections.nextId();
            final Connection connection =
                    new Connection(loop, id, InMemoryTransport.pair(100).peer(), this::ended);
            connection.stage(new Ending(id));
            connections.add(connection);
        }
    }

    @Test
    void shouldTellAllEndsWhateverMemoryIsOutFor() throws IOException {
        connect(3);
        walksWithoutMemory = 2;
        endsWithoutMemory = 4;
        placesWithoutMemory = 4;
        CutOff.all(connections);
        assertThat(connections.isEmpty()).isTrue();
        assertThat(events)
                .containsExactlyInAnyOrder("end 1", "end 2", "end 3", "ended 1", "ended 2", "ended 3")
                .containsSubsequence("end 1", "ended 1")
                .containsSubsequence("end 2", "ended 2")
                .containsSubsequence("end 3", "ended 3");
    }

    @Test
    void shouldComeToAnEndItselfIfThereIsNeverMemory() throws IOException {
        connect(2);
        placesWithoutMemory = Integer.MAX_VALUE;
        CutOff.all(connections);
        assertThat(events).containsExactlyInAnyOrder("end 1", "end 2");
        placesWithoutMemory = 0;
        loop.doWork();
        assertThat(events).contains("ended 1", "ended 2");
    }
}
