package io.godwit.bench.stress;

import io.godwit.bench.memory.MemoryTransport;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.net.Outbound;
import io.godwit.reactor.net.Precedence;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZJ_Result;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/** The room for what waits on one connection, taken by several threads: never more than there is, and never lost. */
public final class OutboundRoom {

    private static final int BYTES_MAX = 100;
    private static final EventLoop LOOP = Loops.open();

    private OutboundRoom() {}

    /** {@return the way out of a connection, with room for 100 bytes; that much of it is taken} */
    private static Outbound withRoomTaken(final int bytes) {
        final Outbound outbound =
                Loops.connection(LOOP, 1, new MemoryTransport(new TakingPeer())).outbound();
        outbound.limits(OutboundLimits.DEFAULT.withBytes(1, BYTES_MAX).withPolicy(SlowConsumerPolicy.DROP_NEWEST));
        if (bytes > 0) {
            outbound.handOver(bytes, Precedence.MESSAGE);
        }
        return outbound;
    }

    /** Two that do not both fit. */
    @JCStressTest
    @Outcome(id = "true, false, 60", expect = Expect.ACCEPTABLE, desc = "The first has it")
    @Outcome(id = "false, true, 60", expect = Expect.ACCEPTABLE, desc = "The second has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "More than there is, or less than there was room for")
    @State
    public static class TwoForOne {
        private final Outbound outbound = withRoomTaken(0);

        @Actor
        public void first(final ZZJ_Result result) {
            result.r1 = outbound.handOver(60, Precedence.MESSAGE).isTaken();
        }

        @Actor
        public void second(final ZZJ_Result result) {
            result.r2 = outbound.handOver(60, Precedence.MESSAGE).isTaken();
        }

        @Arbiter
        public void count(final ZZJ_Result result) {
            result.r3 = outbound.waitingBytes();
        }
    }

    /** One that fits, and one that cannot: it must not cost the other its room, not even for a moment. */
    @JCStressTest
    @Outcome(id = "true, false, 90", expect = Expect.ACCEPTABLE, desc = "Only the one that fits")
    @Outcome(expect = Expect.FORBIDDEN, desc = "The one that cannot fit has been in the way")
    @State
    public static class FittingAndNot {
        private final Outbound outbound = withRoomTaken(50);

        @Actor
        public void fitting(final ZZJ_Result result) {
            result.r1 = outbound.handOver(40, Precedence.MESSAGE).isTaken();
        }

        @Actor
        public void tooLong(final ZZJ_Result result) {
            result.r2 = outbound.handOver(60, Precedence.MESSAGE).isTaken();
        }

        @Arbiter
        public void count(final ZZJ_Result result) {
            result.r3 = outbound.waitingBytes();
        }
    }

    /** One takes while the loop gives back. */
    @JCStressTest
    @Outcome(id = "true, 60", expect = Expect.ACCEPTABLE, desc = "It came after the room was given back")
    @Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "It came before")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Room was lost, or made from nothing")
    @State
    public static class TakeAndGive {
        private final Outbound outbound = withRoomTaken(60);

        @Actor
        public void take(final ZJ_Result result) {
            result.r1 = outbound.handOver(60, Precedence.MESSAGE).isTaken();
        }

        @Actor
        public void give() {
            outbound.spend(60);
            outbound.spent(true);
        }

        @Arbiter
        public void count(final ZJ_Result result) {
            result.r2 = outbound.waitingBytes();
        }
    }

    /** One hands over while another closes: what is taken is counted, so that the Close frame waits for it. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "It was taken before, and whoever closes knows")
    @Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "It was not taken any more")
    @Outcome(
            expect = Expect.FORBIDDEN,
            desc = "It was taken, and would come after the Close frame; or is waited for in vain")
    @State
    public static class HandOverAndClose {
        private final Outbound outbound = withRoomTaken(0);

        @Actor
        public void handOver(final ZI_Result result) {
            result.r1 = outbound.handOver(60, Precedence.MESSAGE).isTaken();
        }

        @Actor
        public void close(final ZI_Result result) {
            outbound.seal();
            result.r2 = outbound.handOvers();
        }
    }
}
