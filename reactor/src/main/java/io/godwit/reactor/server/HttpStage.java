package io.godwit.reactor.server;

import io.godwit.core.handshake.HandshakeRefusal;
import io.godwit.core.handshake.ServerHandshake;
import io.godwit.core.http.HttpRequest;
import io.godwit.core.http.HttpRequestParser;
import io.godwit.core.http.HttpViolation;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.Upgrade;
import io.godwit.reactor.endpoint.UpgradeRequest;
import io.godwit.reactor.loop.MemoryHolder;
import io.godwit.reactor.loop.RationedLog;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.PauseReason;
import io.godwit.reactor.net.Stage;
import io.godwit.reactor.session.Opening;
import io.godwit.reactor.session.Sessions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;

/**
 * A connection until its one request is answered: with plain HTTP, and then it ends; or with 101, and then it is a
 * WebSocket.
 */
final class HttpStage extends MemoryHolder implements Stage {

    private static final RationedLog LOG = new RationedLog();

    private static final byte[] NOTHING = {};

    private static final Upgrade NO_DECISION = Upgrade.refuse(HttpAnswers.FAILED);

    /** A head is kept as one string for each name and value. */
    private static final int HEAD_BYTES_TIMES = 3;

    private final Connection connection;
    private final LoopServer server;
    private HttpRequestParser parser;
    private HttpRequest request;
    private Endpoint endpoint;
    private String path;
    private boolean begun;
    private boolean answered;

    /** Whether a callback is on the stack: what it returns is the answer, although it may shut the server down. */
    private boolean deciding;

    /** What its head takes of the loop's memory, until it is answered. */
    private long headBytes;

    /** What a handler decided later, on whatever thread. */
    private volatile Upgrade decision;

    /** Stands for this with whoever decides later; null where nobody does. */
    private LaterDecision awaited;

    HttpStage(final Connection connection, final LoopServer server) {
        this.connection = connection;
        this.server = server;
        parser = new HttpRequestParser(server.options().http());
    }

    @Override
    public void onBytes(final ByteBuffer in) {
        if (hasGivenWay()) {
            answerOverloaded();
        }
        begun = true;
        if (answered) {
            return;
        }
        final int before = in.remaining();
        final boolean parsed = parser.parse(in);
        if (!keepHead(before - in.remaining()) || !parsed) {
            return;
        }
        final HttpViolation violation = parser.violation();
        request = parser.request();
        parser = null;
        // From now on its end is not the peer's matter.
        connection.loop().memoryHolders().remove(this);
        if (violation != null) {
            answer(HttpAnswer.text(violation.status(), violation.text()));
        } else if (server.isGoingDown()) {
            answer(HttpAnswers.GOING_DOWN);
        } else {
            route(server.routes().at(request.path()));
        }
    }

    /** {@return whether there was memory for some more of the head; if not, it has been answered} */
    private boolean keepHead(final int bytes) {
        final long cost = memoryFor(bytes);
        if (!connection.loop().memory().tryTake(cost)) {
            server.counters().increment(Metric.OVERLOADS);
            answer(HttpAnswers.OVERLOADED);
            return false;
        }
        headBytes += cost;
        if (!isListed()) {
            connection.loop().memoryHolders().add(this, connection.loop().nowNs());
        }
        return true;
    }

    private void releaseHead() {
        connection.loop().memoryHolders().remove(this);
        connection.loop().memory().give(headBytes);
        headBytes = 0;
    }

    @Override
    protected long wouldGiveBytes() {
        return headBytes;
    }

    @Override
    protected boolean isPeersTurn() {
        return !connection.isReadDue();
    }

    /** Its head has not ended. It is answered soon. */
    @Override
    protected void giveWay() {
        releaseHead();
        connection.look();
    }

    private boolean hasGivenWay() {
        return begun && !answered && request == null && headBytes == 0;
    }

    private void answerOverloaded() {
        server.counters().increment(Metric.OVERLOADS);
        answer(HttpAnswers.OVERLOADED);
    }

    @Override
    public long heldBytes() {
        return headBytes;
    }

    @Override
    public long memoryFor(final int bytes) {
        return (long) bytes * HEAD_BYTES_TIMES;
    }

    private void route(final Routes.Route route) {
        endpoint = route.endpoint();
        // The route's own, for all of its connections to share.
        path = route.path();
        if (ServerHandshake.isUpgrade(request)) {
            if (endpoint == null) {
                answer(HttpAnswer.text(404, "no WebSocket endpoint at this path"));
            } else {
                judge();
            }
        } else if (route.responder() != null) {
            answerPlainly(route);
        } else if (endpoint != null) {
            answer(HttpAnswers.UPGRADE_REQUIRED);
        } else {
            answer(HttpAnswer.text(404, "nothing at this path"));
        }
    }

    private void answerPlainly(final Routes.Route route) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            answer(HttpAnswers.METHOD_NOT_ALLOWED);
            return;
        }
        deciding = true;
        try {
            answer(route.responder().answer(request));
        } catch (final Throwable t) {
            answerFailure("the responder of ", t);
        } finally {
            deciding = false;
            connection.loop().keepInterrupt();
        }
    }

    private void judge() {
        final HandshakeRefusal refusal = ServerHandshake.judge(request, endpoint.origins());
        if (refusal != null) {
            answer(HttpAnswers.of(refusal));
            return;
        }
        final List<String> offered = ServerHandshake.offeredSubprotocols(request);
        final UpgradeRequest upgrade = new UpgradeRequest(request, connection.remoteAddress(), offered);
        deciding = true;
        try {
            decide(
                    onWorkers()
                            ? UpgradeOnWorkers.ask(server.sessions().workers(), endpoint.handler(), upgrade)
                            : endpoint.handler().onUpgrade(upgrade));
        } catch (final Throwable t) {
            answerFailure("onUpgrade of ", t);
        } finally {
            deciding = false;
            connection.loop().keepInterrupt();
        }
    }

    private boolean onWorkers() {
        return Sessions.onWorkers(endpoint);
    }

    private void decide(final Upgrade upgrade) {
        if (answered) {
            return;
        }
        Objects.requireNonNull(upgrade, "onUpgrade returned null");
        if (upgrade.refusal() != null) {
            answer(upgrade.refusal());
        } else if (server.isGoingDown()) {
            answer(HttpAnswers.GOING_DOWN);
        } else if (upgrade.later() != null) {
            connection.pause(PauseReason.UPGRADE);
            awaited = new LaterDecision(this);
            upgrade.later().whenComplete(awaited);
        } else {
            accept(upgrade);
        }
    }

    /** Any thread. */
    void decideLater(final Upgrade upgrade, final Throwable failure) {
        final boolean undecided = failure != null || upgrade == null || upgrade.later() != null;
        final HttpRequest asked = request;
        decision = undecided ? NO_DECISION : upgrade;
        connection.mail();
        // Last: the peer is answered whether or not there is memory to tell why.
        if (undecided) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "onUpgrade of ",
                    asked.path(),
                    wrongWith(upgrade, failure),
                    causeOf(failure));
        }
    }

    private static String wrongWith(final Upgrade upgrade, final Throwable failure) {
        if (failure != null) {
            return " has failed";
        }
        return upgrade == null ? " gave null in place of a decision" : " has not decided later either";
    }

    /** A stage that others depend on wraps what it failed with. */
    private static Throwable causeOf(final Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public void onMail() {
        if (hasGivenWay()) {
            answerOverloaded();
            return;
        }
        final Upgrade upgrade = decision;
        if (upgrade == null || answered) {
            return;
        }
        connection.resume(PauseReason.UPGRADE);
        try {
            decide(upgrade);
        } catch (final Throwable t) {
            answerFailure("onUpgrade of ", t);
        }
    }

    private void accept(final Upgrade upgrade) {
        final String chosen = upgrade.subprotocol();
        final String subprotocol =
                chosen != null ? chosen : ServerHandshake.selectSubprotocol(request, endpoint.subprotocols());
        final byte[] response = ServerHandshake.accept(request, subprotocol, null, upgrade.headers())
                .encode();
        if (onWorkers() && !server.sessions().workers().enter()) {
            answer(HttpAnswers.FULL);
            return;
        }
        answered = true;
        try {
            if (!connection.outbound().answer(response, NOTHING)) {
                throw new IOException("there is no memory for the response");
            }
            connection.settleLater();
            releaseHead();
            server.sessions().open(connection, new Opening(endpoint, path, request, subprotocol, upgrade.attachment()));
        } catch (final Throwable t) {
            notOpened(t);
        }
    }

    /** A 101 that has left cannot be taken back: the peer must not wait for what will never answer. */
    private void notOpened(final Throwable thrown) {
        if (onWorkers() && connection.stage() == this) {
            // Nobody else leaves it: there is no handler that will be told of an end.
            server.sessions().workers().leave();
        }
        connection.fail(thrown);
    }

    private void answerFailure(final String what, final Throwable thrown) {
        LOG.log(System.Logger.Level.ERROR, what, request.path(), " gave no answer that can be sent", thrown);
        answer(HttpAnswers.FAILED);
    }

    /** Only the first answer is sent. */
    private void answer(final HttpAnswer answer) {
        if (answered) {
            return;
        }
        // Encoded first: where that fails, a failure is still to be answered.
        final byte[] head = HttpAnswers.head(answer);
        final byte[] body =
                HttpAnswers.body(answer, request != null && request.method().equals("HEAD"));
        answered = true;
        awaitNoDecision();
        releaseHead();
        if (begun) {
            server.counters().increment(Metric.HTTP_ANSWERS);
        }
        if (!connection.outbound().answer(head, body)) {
            server.counters().increment(Metric.OVERLOADS);
            answerWithoutMemory();
        }
        connection.endWithin(server.options().timeouts().close().toNanos());
        connection.finish();
        connection.settleLater();
    }

    /** Its head draws on the reserve; if there is none of that either, the end has to do. */
    private void answerWithoutMemory() {
        final byte[] head = HttpAnswers.head(HttpAnswers.OVERLOADED);
        if (!connection.outbound().answer(head, HttpAnswers.OVERLOADED.body())) {
            connection.abort(null);
        }
    }

    /** Answers without having been asked: there are too many connections already. */
    void turnAway(final HttpAnswer answer) {
        answer(answer);
    }

    @Override
    public boolean onOverloaded() {
        // What came with a request that is not decided yet.
        server.counters().increment(Metric.OVERLOADS);
        connection.resume(PauseReason.UPGRADE);
        answer(HttpAnswers.OVERLOADED);
        return true;
    }

    @Override
    public void onInputEnd() {
        if (request != null && !answered) {
            // Nobody can tell a client that has gone from one that has only ended its side.
            // But neither could close a WebSocket (RFC 6455 §7.1.2), so that there is nothing left to decide.
            connection.resume(PauseReason.UPGRADE);
            answer(HttpAnswers.GONE);
        } else {
            connection.finish();
        }
    }

    @Override
    public void onBacklog() {
        // An answer is all that can wait, and it is bounded.
    }

    @Override
    public void onDrained() {
        // As above.
    }

    @Override
    public void onDeadline(final long nowNs) {
        if (answered) {
            connection.abort(null);
        } else {
            connection.resume(PauseReason.UPGRADE);
            server.counters().increment(Metric.HANDSHAKE_TIMEOUTS);
            answer(dueAnswer());
        }
    }

    private HttpAnswer dueAnswer() {
        if (request != null) {
            return HttpAnswers.UNDECIDED;
        }
        // What was not read may have come in time.
        return connection.isUnread() ? HttpAnswers.OVERLOADED : HttpAnswers.TIMED_OUT;
    }

    @Override
    public void onShutdown(final long leftNs) {
        if (!answered && !deciding) {
            connection.resume(PauseReason.UPGRADE);
            if (begun) {
                answer(HttpAnswers.GOING_DOWN);
            } else {
                connection.finish();
            }
        }
    }

    @Override
    public void onEnd(final Throwable cause) {
        answered = true;
        awaitNoDecision();
        releaseHead();
    }

    private void awaitNoDecision() {
        if (awaited != null) {
            awaited.forget();
            awaited = null;
        }
    }
}
