package io.godwit.reactor.session;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.protocol.KeepAlive;
import io.godwit.reactor.broadcast.Deliveries;
import io.godwit.reactor.endpoint.CloseInfo;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.MemoryHolders;
import io.godwit.reactor.loop.RationedLog;
import io.godwit.reactor.metrics.LoopCounters;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.worker.WorkerPool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** Opens the WebSocket connections of one loop, and holds what they share. Loop only. */
public final class Sessions {

    /** What the protocols of connections have in common that may take turns with them. */
    private record Terms(EndpointLimits limits, boolean deliverFragments) {}

    /** Makes what a handler is told of the end. */
    interface CloseInfos {
        /**
         * Makes one, of what {@link CloseInfo} says.
         *
         * @throws OutOfMemoryError if there is no memory for it
         */
        CloseInfo of(int code, String reason, long unsentMessages, long unsentBytes);
    }

    private final EventLoop loop;
    private final LoopCounters counters;

    /** Of this loop alone: what the handlers of one server throw does not use up the lines of another's. */
    private final RationedLog handlerLog = new RationedLog();

    private final ReadTurn turn = new ReadTurn();
    private final MessageViews views;
    private final WorkerPool workers;
    private final Deliveries deliveries;
    private final KeepAlive keepAlive;
    private final long closeTimeoutNs;
    private final long messageTimeoutNs;
    private final InboundBuffers inboundBuffers;
    private final CloseInfos closeInfos;

    /** The connection whose bytes are being taken apart; null: none. */
    private WebSocketStage receiving;

    private final ByteBuffer controlBytes = ByteBuffer.allocate(FrameWriter.CONTROL_BYTES_MAX);
    private final ByteBuffer controlPayload = controlBytes.asReadOnlyBuffer();

    /** As many as the endpoints have limits that differ, or twice that. */
    private final Map<Terms, ProtocolPool> protocols = new HashMap<>();

    /**
     * Makes the shared things of a loop.
     *
     * @param loop the owner
     * @param timeouts how long a peer may take
     * @param workers of the whole server; null where no endpoint needs them
     */
    public Sessions(final EventLoop loop, final Timeouts timeouts, final WorkerPool workers) {
        this(loop, timeouts, workers, CloseInfo::new);
    }

    Sessions(final EventLoop loop, final Timeouts timeouts, final WorkerPool workers, final CloseInfos closeInfos) {
        this.loop = loop;
        this.closeInfos = closeInfos;
        this.workers = workers;
        counters = loop.counters();
        views = MessageViews.of(loop);
        deliveries = new Deliveries(loop);
        keepAlive = new KeepAlive(
                timeouts.idle().toNanos(),
                timeouts.ping().toNanos(),
                timeouts.pong().toNanos());
        closeTimeoutNs = timeouts.close().toNanos();
        messageTimeoutNs = timeouts.message().toNanos();
        inboundBuffers = new InboundBuffers(loop.pool(), this);
    }

    /**
     * Makes a WebSocket connection of a connection whose opening handshake has succeeded, and tells its handler. Where that
     * runs on workers, the caller has taken a place there for it, which is left after onClose; if this throws before the
     * connection has its new stage, the caller leaves it.
     *
     * @param connection the response is on its way
     * @param opening what was agreed on
     */
    public void open(final Connection connection, final Opening opening) {
        final WebSocketStage stage = new WebSocketStage(connection, opening, this);
        connection.stage(stage);
        stage.open();
    }

    EventLoop loop() {
        return loop;
    }

    /** {@return where it is told what handlers throw. Any thread} */
    RationedLog handlerLog() {
        return handlerLog;
    }

    LoopCounters counters() {
        return counters;
    }

    ReadTurn turn() {
        return turn;
    }

    MessageViews views() {
        return views;
    }

    /**
     * Gives what the connections of an endpoint take turns with.
     *
     * @param limits the endpoint's
     * @param deliverFragments whether its handler takes fragments
     * @return the same for all that agree in both
     */
    ProtocolPool protocols(final EndpointLimits limits, final boolean deliverFragments) {
        return protocols.computeIfAbsent(
                new Terms(limits, deliverFragments),
                terms -> new ProtocolPool(this, terms.limits(), terms.deliverFragments()));
    }

    /** The loop has come to its end, and all of its connections with it: what waits for them goes back. */
    public void end() {
        deliveries.end();
    }

    Deliveries deliveries() {
        return deliveries;
    }

    /** {@return the threads of the handlers that do not run on the loop; null where there are none} */
    public WorkerPool workers() {
        return workers;
    }

    /**
     * Tells where a handler runs.
     *
     * @param endpoint whose
     * @return whether on workers
     */
    public static boolean onWorkers(final Endpoint endpoint) {
        return WorkerHandler.isFor(endpoint);
    }

    /** {@return how long a peer may be silent} */
    KeepAlive keepAlive() {
        return keepAlive;
    }

    CloseInfos closeInfos() {
        return closeInfos;
    }

    long closeTimeoutNs() {
        return closeTimeoutNs;
    }

    long messageTimeoutNs() {
        return messageTimeoutNs;
    }

    InboundBuffers inboundBuffers() {
        return inboundBuffers;
    }

    MemoryHolders holders() {
        return loop.memoryHolders();
    }

    /** Has somebody make way who holds memory and gets nowhere, for a message that is coming in; {@return whether one has} */
    boolean relieve() {
        return loop.memoryHolders()
                .relieve(
                        loop.nowNs(),
                        receiving == null ? null : receiving.framing().lent());
    }

    /** {@return how much memory the message holds whose bytes are being taken apart; 0: none, or nothing is} */
    int heldByReceiving() {
        return receiving == null ? 0 : receiving.framing().heldBytes();
    }

    /** Sets whose bytes are being taken apart; null: nobody's. */
    void receiving(final WebSocketStage stage) {
        receiving = stage;
    }

    /** {@return the payload of a control frame for a handler, which must not change it: valid until the next call} */
    ByteBuffer controlPayload(final ByteBuffer payload) {
        final int bytes = payload.remaining();
        controlBytes.put(0, payload, payload.position(), bytes);
        return controlPayload.order(ByteOrder.BIG_ENDIAN).limit(bytes).position(0);
    }
}
