package io.godwit.bench.stress;

import io.godwit.bench.memory.MemoryTransport;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.Stage;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;

/** A loop goes to sleep while another thread leaves something for it: it wakes up, or does not fall asleep. */
public final class LoopWakeup {

    private LoopWakeup() {}

    /** A command. */
    @JCStressTest(Mode.Termination)
    @Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE, desc = "Each command was run")
    @Outcome(id = "STALE", expect = Expect.FORBIDDEN, desc = "The loop sleeps, and a command waits")
    @State
    public static class Command {
        private final EventLoop loop = Loops.open();
        private final Meetings meetings = new Meetings(loop);

        @Actor
        public void loop() {
            meetings.drive();
        }

        @Signal
        public void execute() {
            meetings.ask(number -> loop.execute(() -> meetings.done(number)));
        }
    }

    /** Mail of a connection, which is in the loop's queue at most once: what comes while it is there is found with it. */
    @JCStressTest(Mode.Termination)
    @Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE, desc = "All mail was found")
    @Outcome(id = "STALE", expect = Expect.FORBIDDEN, desc = "The loop sleeps, and mail waits")
    @State
    public static class Mail {
        private final EventLoop loop = Loops.open();
        private final Meetings meetings = new Meetings(loop);
        private final Connection connection;
        private volatile int written;

        public Mail() {
            connection = Loops.connection(loop, 1, new MemoryTransport(new TakingPeer()));
            connection.stage(new Reading());
        }

        @Actor
        public void loop() {
            meetings.drive();
        }

        @Signal
        public void mail() {
            meetings.ask(number -> {
                // The first may be on its way to the loop, or read already, when the second is written.
                connection.mail();
                written = number;
                connection.mail();
            });
        }

        private final class Reading implements Stage {

            @Override
            public void onMail() {
                meetings.done(written);
            }

            @Override
            public void onBytes(final ByteBuffer in) {}

            @Override
            public void onInputEnd() {}

            @Override
            public void onBacklog() {}

            @Override
            public void onDrained() {}

            @Override
            public void onDeadline(final long nowNs) {}

            @Override
            public void onShutdown(final long leftNs) {}

            @Override
            public void onEnd(final Throwable cause) {}
        }
    }
}
