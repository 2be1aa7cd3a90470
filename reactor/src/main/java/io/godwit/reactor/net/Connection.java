package io.godwit.reactor.net;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.Mailed;
import io.godwit.reactor.loop.MemoryWaiter;
import io.godwit.reactor.loop.RationedLog;
import io.godwit.reactor.loop.SelectHandler;
import io.godwit.reactor.loop.Settled;
import io.godwit.reactor.loop.Timed;
import io.godwit.reactor.loop.Timers;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.util.function.Consumer;

/**
 * One socket, from accept to close: it reads for its stage, keeps what the stage left, writes what the stage sent, and
 * brings the end about. Loop only, but for {@link #mail} and {@link #awaitMemory}.
 *
 * <p>The end of a connection in good order is: {@link #finish}, the last byte leaves, our side is shut down, what still
 * comes is discarded ({@link LastStage}), the socket is closed.
 */
public final class Connection implements SelectHandler, Settled, Mailed, Timed, MemoryWaiter {

    private static final RationedLog LOG = new RationedLog();
    private static final VarHandle IN_MAIL;
    private static final VarHandle AWAITS_MEMORY;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            IN_MAIL = lookup.findVarHandle(Connection.class, "inMail", boolean.class);
            AWAITS_MEMORY = lookup.findVarHandle(Connection.class, "awaitsMemory", boolean.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final EventLoop loop;
    private final long id;
    private final Transport transport;
    private final Inbound inbound;
    private final Outbound outbound;
    private final long acceptedNs;

    /** Null once it has been told. */
    private Consumer<Connection> onEnded;

    /** Set by the loop, read by others too: to look at, not to call. */
    private volatile Stage stage;

    /** Null while nothing is too much for the socket, nor has been lately: most connections never have one. */
    private Backlog backlog;

    private Phase phase = Phase.OPEN;
    private boolean toSettle;
    private boolean hasMail;

    private Throwable abortCause;
    private long deadlineNs;
    private int timer = Timers.NONE;

    /** Whether it is in the loop's mailbox, or takes no mail any more. */
    private volatile boolean inMail;

    /** Whether it is among those whom the loop tells of memory, or waits for none any more. */
    @SuppressWarnings("unused")
    private volatile boolean awaitsMemory;

    /**
     * Takes over what was accepted or connected, and reads it from now on.
     *
     * @param loop its owner for life
     * @param id no other connection's
     * @param transport not opened yet; closed with this connection
     * @param onEnded told, last, that the transport is closed; if it throws an OutOfMemoryError, it is told again in the next
     *     cycle
     * @throws IOException if the transport is closed already
     */
    public Connection(
            final EventLoop loop, final long id, final Transport transport, final Consumer<Connection> onEnded)
            throws IOException {
        this.loop = loop;
        this.id = id;
        this.onEnded = onEnded;
        this.transport = transport;
        inbound = new Inbound(this);
        outbound = new Outbound(transport, loop);
        acceptedNs = loop.cycleClockNs();
        transport.open(loop, this);
        transport.interest(SelectionKey.OP_READ);
    }

    /**
     * Sets what this connection is from now on.
     *
     * @param next takes over, with the bytes that the former stage left
     */
    public void stage(final Stage next) {
        stage = next;
    }

    /** {@return what this connection is now, or was when its last byte left. Any thread; to call it is for the loop} */
    public Stage stage() {
        final Stage current = stage;
        return current instanceof LastStage last ? last.former() : current;
    }

    /** {@return when this connection was made, by the loop's clock. Any thread} */
    public long acceptedNs() {
        return acceptedNs;
    }

    // --- in

    @Override
    public void onReady(final int readyOps) {
        try {
            if ((readyOps & SelectionKey.OP_READ) != 0) {
                outbound.open();
                inbound.receive(transport);
            }
        } catch (final IOException e) {
            abort(e);
        } catch (final Throwable t) {
            fail(t);
        }
        settleNow();
    }

    /** {@return who gets what is read} */
    Stage receiver() {
        return stage;
    }

    boolean wantsInput() {
        return phase == Phase.LINGERING ? !inbound.isEnded() : inbound.isOpen() && !isAborted();
    }

    /**
     * Stops reading: the stage may leave what it has in hand.
     *
     * @param reason until the same is given to {@link #resume}
     */
    public void pause(final PauseReason reason) {
        inbound.pause(reason);
    }

    /**
     * Goes on reading, where there is no other reason not to; soon, not within this call.
     *
     * @param reason what no longer holds
     */
    public void resume(final PauseReason reason) {
        if (inbound.resume(reason)) {
            settleLater();
        }
    }

    /** {@return when the peer sent something, or took some of a backlog; now, where it is not read for another reason} */
    public long lastSignNs() {
        return isOver() ? backlog.lastTakenNs() : isUnread() ? loop.nowNs() : inbound.lastReadNs();
    }

    /** {@return whether as much as the soft mark waits for the socket, and the peer is not read for that} */
    public boolean isBacklogged() {
        return isOver() && outbound.isBacklogged();
    }

    private boolean isOver() {
        return backlog != null && backlog.isOver();
    }

    /**
     * {@return when the peer is too slow, in the loop's time, unless it takes more until then: within the timeout of
     * {@link io.godwit.reactor.endpoint.OutboundLimits} it has to take as many bytes as the soft mark, while that is reached;
     * {@link Long#MAX_VALUE} where it is not}
     */
    public long slowDeadlineNs() {
        return backlog == null ? Long.MAX_VALUE : backlog.slowDeadlineNs();
    }

    /** {@return whether the peer is not read, since reading is paused or waits for memory} */
    public boolean isUnread() {
        return inbound.isUnread();
    }

    /** {@return whether what the peer may have sent waits for us to read it} */
    public boolean isReadDue() {
        return isUnread() || inbound.isReadDue();
    }

    /** There is no memory for what comes next: until there is, it is not read, and what was read is kept. */
    public void awaitMemoryToRead() {
        inbound.awaitMemory();
    }

    /** From now on the stage {@link Stage#keepsInput} no more: it is read at once if it waited for memory. */
    public void readWithoutMemory() {
        if (inbound.readWithoutMemory()) {
            settleLater();
        }
    }

    /** {@return whether some of what is read now may be kept} */
    boolean keepsInput() {
        return phase == Phase.OPEN && stage.keepsInput();
    }

    /** There is memory for what may have come: it is read at once, before others take the memory. */
    void readAgain() {
        if (phase == Phase.ENDED) {
            return;
        }
        try {
            stage.onReadAgain();
        } catch (final Throwable t) {
            fail(t);
        }
        onReady(SelectionKey.OP_READ);
    }

    /** {@return how many bytes were read, from the first. Any thread} */
    public long receivedBytes() {
        return inbound.receivedBytes();
    }

    // --- out

    /** {@return the way out} */
    public Outbound outbound() {
        return outbound;
    }

    /**
     * From now until {@link #leave} what is sent gathers, to leave in one write. For those who send to it outside of its own
     * events, to many connections one after the other.
     */
    public void gather() {
        outbound.open();
    }

    /** Has what has gathered leave, as much as the socket takes; the rest leaves by itself. */
    public void leave() {
        flush();
        if (!outbound.isEmpty() || outbound.failure() != null) {
            settleLater();
        }
    }

    /** Has {@link Stage#onMail} called on the loop, once for any number of calls before it. Any thread. */
    public void mail() {
        if (IN_MAIL.compareAndSet(this, false, true)) {
            try {
                loop.mail(this);
            } catch (final Throwable t) {
                // The caller's stack has ended: the next one has mail.
                inMail = false;
                throw t;
            }
        }
    }

    @Override
    public void onMail() {
        if (phase != Phase.ENDED) {
            inMail = false;
            hasMail = true;
            settleLater();
        }
    }

    // --- memory

    /**
     * Has whoever sends told, once, when there is memory again: something to be sent was refused for want of it. Any thread.
     *
     * @param bytes how many of the loop's budget it wanted; for more than the whole there is nothing to wait for
     */
    public void awaitMemory(final long bytes) {
        if (loop.memory().canHold(bytes) && AWAITS_MEMORY.compareAndSet(this, false, true)) {
            try {
                loop.awaitMemory(this, bytes);
            } catch (final OutOfMemoryError e) {
                // It waits for nothing, and the next refusal tries again.
                awaitsMemory = false;
                throw e;
            }
        }
    }

    @Override
    public boolean isGone() {
        return phase == Phase.ENDED;
    }

    @Override
    public void onMemory() {
        if (phase == Phase.ENDED) {
            return;
        }
        awaitsMemory = false;
        if (phase == Phase.OPEN) {
            noteMemory();
            settleLater();
        }
    }

    private void noteMemory() {
        try {
            backlog().noteMemory();
        } catch (final OutOfMemoryError e) {
            // Nobody else tells it: rather than wait for ever, it ends.
            fail(e);
        }
    }

    /** Whoever has something waiting for its socket waits for that first. */
    @Override
    public boolean comesFirst() {
        return phase == Phase.OPEN && !outbound.isWaiting();
    }

    /** Others need the memory of what waits for a peer that does not read. */
    private void giveWay() {
        loop.counters().increment(Metric.OVERLOADS);
        outbound.giveUp(new IOException("the peer has not taken what waited for it, and others needed the memory"));
        settleLater();
    }

    /** There is no memory for what has been read, which is lost. */
    void overloaded() {
        if (!stage.onOverloaded()) {
            loop.counters().increment(Metric.OVERLOADS);
            abort(null);
        }
    }

    /** Has what is due done at the end of this cycle. */
    public void settleLater() {
        if (phase != Phase.ENDED) {
            queueUp();
        }
    }

    private void queueUp() {
        if (!toSettle) {
            // First: if it throws, this connection does not wait, and may ask again.
            loop.settleLater(this);
            toSettle = true;
        }
    }

    @Override
    public void settle() {
        toSettle = false;
        settleNow();
    }

    /** Does what is due at once. If it waits for that already, it still does. */
    public void settleNow() {
        if (phase == Phase.ENDED) {
            tellEnds();
            return;
        }
        try {
            settleStage();
        } catch (final Throwable t) {
            fail(t);
        }
        if (phase == Phase.ABORTED || phase == Phase.LINGERING && inbound.isEnded()) {
            end();
        } else if (phase != Phase.ENDED) {
            updateInterest();
        }
    }

    private void settleStage() {
        outbound.open();
        if (hasMail) {
            hasMail = false;
            stage.onMail();
        }
        if (phase == Phase.OPEN) {
            inbound.receiveRest();
        }
        flush();
        noteBacklog();
        outbound.tell(stage);
        tellBacklog();
        if (isOver() && outbound.isBackloggedForMemory()) {
            // It may end without any of it having left; and others may have taken what this was told of before.
            awaitMemory(2 * outbound.queuedBytes() + loop.memory().scarceBytes());
        }
        final long wantedBytes = outbound.takeWanted();
        if (wantedBytes > 0) {
            awaitMemory(wantedBytes);
        }
        if (outbound.failure() != null) {
            abort(outbound.failure());
        }
        if (phase == Phase.FINISHING && outbound.isEmpty()) {
            linger();
        }
    }

    private void flush() {
        outbound.flush();
        if (backlog != null || outbound.isWaiting()) {
            backlog().flushed(loop.nowNs());
        }
    }

    /**
     * What should not have been thrown was: our own mistake, or no memory. It costs this connection, and no other: what it
     * has put into the loop's batch is taken out.
     *
     * @param thrown goes to the log, and is the cause of the end
     */
    public void fail(final Throwable thrown) {
        LOG.log(System.Logger.Level.ERROR, "", this, " has failed", thrown);
        loop.counters().increment(Metric.CONNECTION_FAILURES);
        try {
            outbound.clear();
        } catch (final RuntimeException | Error e) {
            // What has failed it may have left it such that it cannot even be dropped: that costs no other.
            LOG.log(System.Logger.Level.ERROR, "", this, " has not dropped all that it held", e);
        } finally {
            abort(thrown);
        }
    }

    /** Tells the stage, at once, where what it has just sent is too much to read on. */
    public void noteBacklog() {
        if ((backlog != null || outbound.isBacklogged()) && backlog().begins(loop.nowNs())) {
            stage.onBacklog();
        }
    }

    private void tellBacklog() {
        if (backlog != null || outbound.isPressed()) {
            backlog().tell(stage);
            if (backlog.isUnused()) {
                backlog = null;
            }
        }
    }

    private Backlog backlog() {
        if (backlog == null) {
            backlog = new Backlog(outbound, loop.memoryHolders(), this::giveWay);
        }
        return backlog;
    }

    private void updateInterest() {
        transport.interest(
                (wantsInput() ? SelectionKey.OP_READ : 0) | (outbound.isEmpty() ? 0 : SelectionKey.OP_WRITE));
    }

    // --- time and end

    /**
     * Sets the time at which {@link Stage#onDeadline} is called, in place of the former. Moving it on costs nothing.
     *
     * @param whenNs in the loop's time
     */
    public void deadline(final long whenNs) {
        if (phase != Phase.ENDED) {
            deadlineNs = whenNs;
            timer = loop.timers().wakeBy(timer, whenNs, loop.nowNs(), this);
        }
    }

    /**
     * Moves the time at which {@link Stage#onDeadline} is called, if that is later.
     *
     * @param whenNs in the loop's time
     */
    public void deadlineBy(final long whenNs) {
        if (deadlineNs - whenNs > 0) {
            deadline(whenNs);
        }
    }

    /** Has {@link Stage#onMail} called soon, not within this call. Loop only, unlike {@link #mail}. */
    public void look() {
        hasMail = true;
        settleLater();
    }

    @Override
    public void onTimer(final long nowNs) {
        timer = Timers.NONE;
        try {
            if (nowNs - deadlineNs < 0) {
                deadline(deadlineNs);
                return;
            }
            // After a stall the selector may not have got round to this socket.
            // And a socket takes something long before the selector calls it writable.
            // So both are tried before the peer is judged.
            outbound.open();
            if (wantsInput()) {
                inbound.receiveBeforeJudgement(transport);
            }
            flush();
            if (timer == Timers.NONE && !isAborted()) {
                judge(nowNs);
            }
        } catch (final IOException e) {
            abort(e);
        } catch (final Throwable t) {
            fail(t);
        }
        settleNow();
    }

    private void judge(final long nowNs) {
        final long dueNs = backlog == null ? deadlineNs : backlog.dueNs(deadlineNs);
        if (nowNs - dueNs < 0) {
            deadline(dueNs);
        } else {
            stage.onDeadline(nowNs);
        }
    }

    /**
     * Sets a deadline for the peer to take what waits for it, and to come to the end that it was asked for. It is extended
     * while the peer takes something, as fast as {@link io.godwit.reactor.endpoint.OutboundLimits} ask of it, and the time
     * itself counts only from when the peer can have read all. {@link Stage#onDeadline} is called once that has passed.
     *
     * @param limitNs how long the peer may take for its answer, in nanoseconds
     */
    public void endWithin(final long limitNs) {
        if (phase != Phase.ENDED) {
            backlog().endWithin(limitNs, loop.nowNs());
            deadline(backlog.dueNs(deadlineNs));
        }
    }

    /** The peer has said that it will send nothing more: so its end need not be waited for until it has read all. */
    public void peerIsDone() {
        inbound.noteDone();
    }

    /** Nothing more will be sent: ends the connection once what waits has left. */
    public void finish() {
        phase = phase.on(Phase.Event.FINISH);
        // What still comes is discarded: others must not make way for it.
        readWithoutMemory();
        settleLater();
    }

    /**
     * Ends the connection soon, whatever waits.
     *
     * @param cause what the transport threw, or null
     */
    public void abort(final Throwable cause) {
        if (!isAborted()) {
            final Phase aborted = phase.on(Phase.Event.ABORT);
            // First: if it throws, another abort finds it open.
            settleLater();
            phase = aborted;
            abortCause = cause;
        }
    }

    /** {@return whether {@link #abort} was called, or what came to the same, or it has ended} */
    public boolean isAborted() {
        return phase == Phase.ABORTED || phase == Phase.ENDED;
    }

    private void linger() {
        inbound.discard();
        final boolean told = endStage(null);
        if (told && phase == Phase.FINISHING && !inbound.isEnded() && stage != LastStage.WITHOUT_MEMORY) {
            try {
                transport.shutdownOutput();
                phase = phase.on(Phase.Event.LAST_BYTE_LEFT);
                if (inbound.isDone()) {
                    lingerShortly();
                } else {
                    endWithin(LastStage.LINGER_NS);
                }
                return;
            } catch (final IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "", this, " was gone at its end", e);
            }
        }
        end();
    }

    /** Nothing comes that the kernel would answer with a reset: it delivers what it holds although the socket is closed. */
    private void lingerShortly() {
        if (backlog != null) {
            backlog.endWithoutPeer();
        }
        deadline(loop.nowNs() + LastStage.LINGER_NS);
    }

    private void end() {
        phase = phase.on(Phase.Event.END);
        // From now on it takes no mail: what it left in the hands of other threads may outnumber the mailbox.
        inMail = true;
        try {
            letGo();
        } catch (final Throwable t) {
            LOG.log(System.Logger.Level.ERROR, "", this, " has not let go of all that it held", t);
        }
        outbound.end();
        tellEnds();
    }

    /** Whatever one of it throws, the others have their turn. */
    private void letGo() {
        try {
            outbound.clear();
        } finally {
            letGoOfRest();
        }
    }

    private void letGoOfRest() {
        try {
            loop.timers().cancel(timer);
            timer = Timers.NONE;
            if (backlog != null) {
                backlog.end();
            }
            inbound.release();
            transport.close();
        } finally {
            try {
                inbound.end();
            } finally {
                // In one step: from now on no other thread adds it; what one has just been about to add is left out
                // later.
                if ((boolean) AWAITS_MEMORY.getAndSet(this, true)) {
                    // It may take memory: if there is none, it is left out later too.
                    loop.forgetWaiter(this);
                }
            }
        }
    }

    /** If memory is out for the one or the other, what is left of it is told in the next cycle. */
    private void tellEnds() {
        if (endStage(abortCause)) {
            tellEnded();
        } else {
            queueUp();
        }
    }

    /** Whoever counts connections must not miss the end of one because memory is out just then. */
    private void tellEnded() {
        if (onEnded != null) {
            try {
                onEnded.accept(this);
                onEnded = null;
            } catch (final OutOfMemoryError e) {
                queueUp();
            }
        }
    }

    /**
     * Once for each stage: another takes its place before it is told.
     *
     * @return false: memory is out for it, and it is to be told again
     */
    private boolean endStage(final Throwable cause) {
        final Stage former = stage;
        if (former instanceof LastStage) {
            return true;
        }
        stage = lastStage(former);
        if (tellEnd(former, cause)) {
            return true;
        }
        stage = former;
        return false;
    }

    /** An end has to come about even if there is no memory for a stage that lingers: then the socket is closed at once. */
    private LastStage lastStage(final Stage former) {
        try {
            return new LastStage(this, former);
        } catch (final OutOfMemoryError e) {
            return LastStage.WITHOUT_MEMORY;
        }
    }

    private boolean tellEnd(final Stage former, final Throwable cause) {
        try {
            former.onEnd(cause);
        } catch (final OutOfMemoryError e) {
            return false;
        } catch (final Throwable t) {
            LOG.log(System.Logger.Level.ERROR, "", this, " has failed at its end", t);
        }
        return true;
    }

    /**
     * The server is going down.
     *
     * @param leftNs as for {@link Stage#onShutdown}
     */
    public void shutdown(final long leftNs) {
        stage.onShutdown(leftNs);
        settleLater();
    }

    /** {@return the loop that owns it} */
    public EventLoop loop() {
        return loop;
    }

    /** {@return a number that no other connection has} */
    public long id() {
        return id;
    }

    /** {@return the peer's address} */
    public SocketAddress remoteAddress() {
        return transport.remoteAddress();
    }

    /** {@return how the log names it: made there, where memory may be out, and not by whoever writes the line} */
    @Override
    public String toString() {
        return "connection " + id;
    }
}
