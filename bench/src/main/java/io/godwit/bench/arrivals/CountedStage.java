package io.godwit.bench.arrivals;

import io.godwit.reactor.net.Evicted;
import io.godwit.reactor.net.Stage;
import java.nio.ByteBuffer;

/** The stage of a connection, and beside it a count of the deadlines that have come. Loop only. */
final class CountedStage implements Stage {

    /** What the connections of one loop count together. */
    static final class Count {
        private int deadlines;

        /** {@return how many deadlines have come since the last call} */
        int take() {
            final int count = deadlines;
            deadlines = 0;
            return count;
        }
    }

    private final Stage stage;
    private final Count count;

    CountedStage(final Stage stage, final Count count) {
        this.stage = stage;
        this.count = count;
    }

    @Override
    public void onDeadline(final long nowNs) {
        count.deadlines++;
        stage.onDeadline(nowNs);
    }

    @Override
    public void onBytes(final ByteBuffer in) {
        stage.onBytes(in);
    }

    @Override
    public void onInputEnd() {
        stage.onInputEnd();
    }

    @Override
    public void onMail() {
        stage.onMail();
    }

    @Override
    public void onBacklog() {
        stage.onBacklog();
    }

    @Override
    public void onBacklogEnd() {
        stage.onBacklogEnd();
    }

    @Override
    public void onDrained() {
        stage.onDrained();
    }

    @Override
    public void onEvicted(final Evicted evicted) {
        stage.onEvicted(evicted);
    }

    @Override
    public void onLimitHit() {
        stage.onLimitHit();
    }

    @Override
    public boolean onOverloaded() {
        return stage.onOverloaded();
    }

    @Override
    public void onShutdown(final long leftNs) {
        stage.onShutdown(leftNs);
    }

    @Override
    public void onEnd(final Throwable cause) {
        stage.onEnd(cause);
    }
}
