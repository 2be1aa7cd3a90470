package io.godwit.bench.stress;

import io.godwit.reactor.topic.PublishResult;
import io.godwit.reactor.topic.Topic;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** What several threads ask of one connection at once, while its loop runs: the order of each, and nothing lost. */
public final class SessionCalls {

    private SessionCalls() {}

    /** A loop that other work keeps from running takes no more publications for a while, and says so. */
    private static void publishAccepted(final Topic topic, final String text) {
        while (topic.publish(text) == PublishResult.DROPPED) {
            Thread.onSpinWait();
        }
    }

    /** Two threads that send. */
    @JCStressTest
    @Outcome(
            id = {"abcd\\.", "acbd\\.", "acdb\\.", "cabd\\.", "cadb\\.", "cdab\\."},
            expect = Expect.ACCEPTABLE,
            desc = "All, each thread's in its order")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Lost, or out of order")
    @State
    public static class TwoSenders {
        private final StressedSession session = new StressedSession();

        @Actor
        public void first() {
            session.ws().send("a");
            session.ws().send("b");
        }

        @Actor
        public void second() {
            session.ws().send("c");
            session.ws().send("d");
        }

        @Arbiter
        public void read(final L_Result result) {
            result.r1 = session.transcript();
        }
    }

    /** What a thread has sent before it closes leaves before Close, whatever others send meanwhile. */
    @JCStressTest
    @Outcome(
            id = {"SENT, ab\\.", "SENT, ba\\."},
            expect = Expect.ACCEPTABLE,
            desc = "Both came before Close")
    @Outcome(id = "CLOSED, a\\.", expect = Expect.ACCEPTABLE, desc = "The other came too late")
    @Outcome(expect = Expect.FORBIDDEN, desc = "What was taken is lost, or came after Close")
    @State
    public static class SendThenCloseBesideSend {
        private final StressedSession session = new StressedSession();

        @Actor
        public void sendThenClose() {
            session.ws().send("a");
            session.ws().close();
        }

        @Actor
        public void send(final LL_Result result) {
            result.r1 = session.ws().send("b");
        }

        @Arbiter
        public void read(final LL_Result result) {
            result.r2 = session.transcript();
        }
    }

    /** One order of what a thread sends, subscribes and publishes, beside another's publication. */
    @JCStressTest
    @Outcome(
            id = {"abd\\.", "axbd\\.", "abxd\\."},
            expect = Expect.ACCEPTABLE,
            desc = "What was published while it was subscribed, in its place")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Lost, out of order, or published while it was not subscribed")
    @State
    public static class SubscriptionOrder {
        private final StressedSession session = new StressedSession();
        private final Topic topic = new Topic("stressed");

        @Actor
        public void subscribe() {
            session.ws().send("a");
            topic.subscribe(session.ws());
            publishAccepted(topic, "b");
            topic.unsubscribe(session.ws());
            publishAccepted(topic, "c");
            session.ws().send("d");
        }

        @Actor
        public void publish() {
            publishAccepted(topic, "x");
        }

        @Arbiter
        public void read(final L_Result result) {
            result.r1 = session.transcript();
        }
    }

    /** What is published before a close leaves before it; what is published after it does not. */
    @JCStressTest
    @Outcome(
            id = {"ab\\.", "axb\\.", "abx\\.", "xab\\."},
            expect = Expect.ACCEPTABLE,
            desc = "All that was published before the close")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Lost, out of order, or published after the close")
    @State
    public static class PublishThenClose {
        private final StressedSession session = new StressedSession();
        private final Topic topic = new Topic("stressed");

        public PublishThenClose() {
            topic.subscribe(session.ws());
        }

        @Actor
        public void publishThenClose() {
            publishAccepted(topic, "a");
            session.ws().send("b");
            session.ws().close();
            publishAccepted(topic, "c");
        }

        @Actor
        public void publish() {
            publishAccepted(topic, "x");
        }

        @Arbiter
        public void read(final L_Result result) {
            result.r1 = session.transcript();
        }
    }

    /** Both ways to an end. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "One onClose")
    @Outcome(expect = Expect.FORBIDDEN, desc = "None, or more than one")
    @State
    public static class AbortBesideClose {
        private final StressedSession session = new StressedSession();

        @Actor
        public void abort() {
            session.ws().abort();
        }

        @Actor
        public void close() {
            session.ws().close();
        }

        @Arbiter
        public void count(final I_Result result) {
            result.r1 = session.closes();
        }
    }
}
