package io.godwit.reactor.net;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LazyTimer;
import io.godwit.reactor.loop.Mailed;
import io.godwit.reactor.loop.SelectHandler;
import io.godwit.reactor.loop.Settled;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;

/**
 * One socket, from accept to close: it reads for its stage, keeps what the stage left, writes what the stage sent, and
 * brings the end about. Loop only, but for {@link #mail}.
 *
 * <p>The end of a connection in good order is: {@link #finish}, the last byte leaves, our side is shut down, what still
 * comes is discarded within bounds of bytes and time, the socket is closed. To close at once would have the kernel answer
 * late bytes with a reset, which may overtake our last ones.
 */
public final class Connection implements SelectHandler, Settled, Mailed {

    private static final System.Logger LOG = System.getLogger("io.godwit.reactor");
    private static final long LINGER_NS = 2_000_000_000L;
    private static final int LINGER_BYTES_MAX = 262_144;
    private static final AtomicIntegerFieldUpdater<Connection> IN_MAIL =
            AtomicIntegerFieldUpdater.newUpdater(Connection.class, "inMail");

    private final EventLoop loop;
    private final long id;
    private final Transport transport;
    private final Inbound inbound;
    private final Outbound outbound;
    private final Backlog backlog;
    private final Consumer<Connection> onEnded;
    private final LazyTimer timer;
    private final SelectionKey key;
    private Stage stage;
    private int lingerBytes = LINGER_BYTES_MAX;
    private boolean toSettle;
    private boolean hasMail;
    private boolean finishing;
    private boolean lingering;
    private boolean aborted;
    private boolean stageEnded;
    private boolean ended;
    private Throwable abortCause;

    /** 1: it is in the loop's mailbox, or takes no mail any more. */
    private volatile int inMail;

    /**
     * Takes over a socket that was accepted or connected.
     *
     * @param loop its owner for life
     * @param id no other connection's
     * @param channel non-blocking; only selected here: its bytes go through the transport
     * @param transport over that channel, closed with this connection
     * @param onEnded told, last, that the socket is closed
     * @throws IOException if the channel is closed already
     */
    public Connection(
            final EventLoop loop,
            final long id,
            final SocketChannel channel,
            final Transport transport,
            final Consumer<Connection> onEnded)
            throws IOException {
        this.loop = loop;
        this.id = id;
        this.onEnded = onEnded;
        this.transport = transport;
        inbound = new Inbound(transport, loop);
        outbound = new Outbound(transport, loop);
        backlog = new Backlog(outbound);
        timer = new LazyTimer(loop.timers(), this::onDeadline);
        key = loop.register(channel, SelectionKey.OP_READ, this);
    }

    /**
     * Sets what this connection is from now on.
     *
     * @param next takes over, with the bytes that the former stage left
     */
    public void stage(final Stage next) {
        stage = next;
    }

    // --- in

    @Override
    public void onReady(final int readyOps) {
        try {
            if ((readyOps & SelectionKey.OP_READ) != 0) {
                outbound.open();
                read();
            }
        } catch (final Throwable t) {
            fail(t);
        }
        settle();
    }

    private void read() {
        try {
            for (int i = 0; i < loop.options().readsPerEventMax() && wantsInput(); i++) {
                final ByteBuffer in = inbound.read();
                if (in == null) {
                    noteInputEnd();
                    return;
                }
                final boolean full = in.limit() == in.capacity();
                if (lingering) {
                    lingerBytes -= in.remaining();
                    aborted |= lingerBytes < 0;
                } else {
                    deliver(in);
                }
                if (!full) {
                    return;
                }
            }
        } catch (final IOException e) {
            abort(e);
        }
    }

    private void noteInputEnd() {
        if (inbound.isEnded() && !lingering) {
            stage.onInputEnd();
        }
    }

    /** Hands bytes to the stage, and to the one that follows it meanwhile; what a pause leaves is kept. */
    private void deliver(final ByteBuffer in) {
        Stage current;
        do {
            current = stage;
            current.onBytes(in);
        } while (stage != current && !inbound.isPaused() && in.hasRemaining());
        inbound.keep(in);
    }

    private void deliverRest() {
        final ByteBuffer rest = inbound.rest();
        if (rest != null && !finishing && !aborted) {
            deliver(rest);
        }
    }

    private boolean wantsInput() {
        return !aborted && (lingering ? !inbound.isEnded() : inbound.isOpen());
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
        return backlog.isOver() ? backlog.lastTakenNs() : isPaused() ? loop.nowNs() : inbound.lastReadNs();
    }

    /** {@return whether reading is paused} */
    public boolean isPaused() {
        return inbound.isPaused();
    }

    // --- out

    /** {@return the way out} */
    public Outbound outbound() {
        return outbound;
    }

    /** Has {@link Stage#onMail} called on the loop, once for any number of calls before it. Any thread. */
    public void mail() {
        if (IN_MAIL.compareAndSet(this, 0, 1)) {
            loop.mail(this);
        }
    }

    @Override
    public void onMail() {
        if (!ended) {
            inMail = 0;
            hasMail = true;
            settleLater();
        }
    }

    /** Has what is due done at the end of this cycle. */
    public void settleLater() {
        if (!toSettle && !ended) {
            toSettle = true;
            loop.settleLater(this);
        }
    }

    @Override
    public void settle() {
        toSettle = false;
        if (ended) {
            return;
        }
        try {
            settleStage();
        } catch (final Throwable t) {
            fail(t);
        }
        if (aborted || lingering && inbound.isEnded()) {
            end();
        } else {
            updateInterest();
        }
    }

    private void settleStage() {
        outbound.open();
        if (hasMail && !stageEnded) {
            hasMail = false;
            stage.onMail();
        }
        deliverRest();
        flush();
        noteBacklog();
        noteDrained();
        if (outbound.failure() != null) {
            abort(outbound.failure());
        }
        if (!aborted && finishing && !lingering && outbound.isEmpty()) {
            linger();
        }
    }

    private void flush() {
        if (outbound.flush()) {
            backlog.taken(loop.nowNs());
        }
    }

    /**
     * What should not have been thrown was: our own mistake, or no memory. It costs this connection, and no other: what it
     * has put into the loop's batch is taken out.
     */
    private void fail(final Throwable thrown) {
        LOG.log(System.Logger.Level.ERROR, "connection " + id + " has failed", thrown);
        outbound.clear();
        abort(thrown);
    }

    /** Tells the stage, at once, where what it has just sent is too much to read on. */
    public void noteBacklog() {
        if (!stageEnded && backlog.begins(loop.nowNs())) {
            stage.onBacklog();
        }
    }

    private void noteDrained() {
        if (!stageEnded && backlog.ends()) {
            // What it sends now asks for the next settling by itself.
            stage.onDrained();
        }
    }

    private void updateInterest() {
        if (ended) {
            return;
        }
        final int ops = (wantsInput() ? SelectionKey.OP_READ : 0) | (outbound.isEmpty() ? 0 : SelectionKey.OP_WRITE);
        if (key.interestOps() != ops) {
            key.interestOps(ops);
        }
    }

    // --- time and end

    /**
     * Sets the time at which {@link Stage#onDeadline} is called, in place of the former. Moving it on costs nothing.
     *
     * @param whenNs in the loop's time
     */
    public void deadline(final long whenNs) {
        timer.set(whenNs);
    }

    private void onDeadline(final long nowNs) {
        if (lingering) {
            abort(null);
        } else {
            try {
                // A socket takes something long before the selector calls it writable: that is a sign of life too.
                flush();
                stage.onDeadline(nowNs);
            } catch (final Throwable t) {
                fail(t);
            }
            settleLater();
        }
    }

    /** Nothing more will be sent: ends the connection once what waits has left. */
    public void finish() {
        finishing = true;
        settleLater();
    }

    /**
     * Ends the connection soon, whatever waits.
     *
     * @param cause what the transport threw, or null
     */
    public void abort(final Throwable cause) {
        if (!aborted) {
            aborted = true;
            abortCause = cause;
            settleLater();
        }
    }

    /** {@return whether {@link #abort} was called, or what came to the same} */
    public boolean isAborted() {
        return aborted;
    }

    private void linger() {
        inbound.release();
        endStage(null);
        if (inbound.isEnded()) {
            end();
            return;
        }
        try {
            transport.shutdownOutput();
            lingering = true;
            deadline(loop.nowNs() + LINGER_NS);
        } catch (final IOException e) {
            end();
        }
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        // From now on it takes no mail: what it left in the hands of other threads may outnumber the mailbox.
        inMail = 1;
        timer.cancel();
        transport.close();
        outbound.clear();
        inbound.release();
        endStage(abortCause);
        onEnded.accept(this);
    }

    private void endStage(final Throwable cause) {
        if (!stageEnded) {
            stageEnded = true;
            try {
                stage.onEnd(cause);
            } catch (final Throwable t) {
                LOG.log(System.Logger.Level.ERROR, "connection " + id + " has failed at its end", t);
            }
        }
    }

    /** The server is going down. */
    public void shutdown() {
        if (!stageEnded) {
            stage.onShutdown();
            settleLater();
        }
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
}
