package io.godwit.reactor.net;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.MemoryBudget;
import io.godwit.reactor.loop.MemoryReader;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The way in of one connection: it reads into the loop's buffer, unless there is a reason not to, hands that to the stage,
 * and keeps what a pause leaves. While the loop has no memory for what may come, it stays in the socket. Loop only, but for
 * {@link #receivedBytes}.
 */
final class Inbound implements MemoryReader {

    /** While memory is scarce, no more is read at once: messages that are whole need none. */
    private static final int SPARING_BYTES = 1_024;

    private static final VarHandle RECEIVED_BYTES;

    static {
        try {
            RECEIVED_BYTES = MethodHandles.lookup().findVarHandle(Inbound.class, "receivedBytes", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Connection connection;

    /** What the stage left, because it paused in the middle of it. */
    private ByteBuffer rest;

    /** {@link PauseReason#bit}s. */
    private byte pauses;

    private long lastReadNs;
    private boolean ended;

    /** The peer has said that it will send nothing more. */
    private boolean done;

    /** Whether it was not read for a while, and has not been read since. */
    private boolean readDue;

    /** Written by the loop alone. */
    private long receivedBytes;

    Inbound(final Connection connection) {
        this.connection = connection;
        lastReadNs = loop().nowNs();
    }

    private EventLoop loop() {
        return connection.loop();
    }

    /**
     * Reads what has come, and hands it on: at most so much that others have their turn.
     *
     * @param transport the connection's
     * @throws IOException if the connection is broken
     */
    void receive(final Transport transport) throws IOException {
        receive(transport, 0);
    }

    /**
     * Reads what has come before the peer is judged by its silence. If there is no memory, that is seen by one byte: only if it has
     * come does this wait, since who waits is not judged. One that follows what is held already might find no room.
     *
     * @param transport the connection's
     * @throws IOException if the connection is broken
     */
    void receiveBeforeJudgement(final Transport transport) throws IOException {
        receive(transport, connection.receiver().heldBytes() == 0 ? 1 : 0);
    }

    private void receive(final Transport transport, final int bytesMin) throws IOException {
        int least = bytesMin;
        int left = loop().options().readBytesPerEventMax();
        while (left > 0 && connection.wantsInput()) {
            final int room = Math.min(left, Math.max(least, bytesMax()));
            least = 0;
            if (room == 0) {
                awaitMemory();
                return;
            }
            final ByteBuffer in = read(transport, room);
            if (in == null) {
                if (ended) {
                    connection.receiver().onInputEnd();
                }
                return;
            }
            final boolean full = in.limit() == room;
            left -= in.limit();
            deliver(in);
            if (!full) {
                return;
            }
        }
    }

    /** {@return how many bytes may be read at once, so that there is memory for what comes of them; 0: none} */
    private int bytesMax() {
        final MemoryBudget memory = loop().memory();
        final Stage stage = connection.receiver();
        final boolean granted = loop().isToldOfMemory(this);
        final boolean itsTurn = granted || !loop().readersWait();
        final boolean plenty = itsTurn && memory.freeBytes() >= memory.scarceBytes();
        if (plenty && stage.heldBytes() == 0 || !connection.keepsInput()) {
            return loop().readBuffer().capacity();
        }
        if (itsTurn && memory.freeBytes() >= wantedBytes(stage)) {
            return stage.heldBytes() > 0 ? bytesThatFit(stage, memory) : SPARING_BYTES;
        }
        if (stage.roomBytes() > 0) {
            // What fits into memory that it has already costs nobody anything, and shows whether its peer goes on.
            return Math.min(stage.roomBytes(), loop().readBuffer().capacity());
        }
        // Where nobody else is going to make way, a short message finds room in the reserve.
        final boolean alone = itsTurn && !loop().memoryHolders().areSeveral();
        return memory.hasRoomToBegin() && (alone || granted && stage.heldBytes() == 0) ? SPARING_BYTES : 0;
    }

    /** {@return as much as finds room: who has begun something can only give its memory back by ending it} */
    private int bytesThatFit(final Stage stage, final MemoryBudget memory) {
        int bytes = loop().readBuffer().capacity();
        while (bytes > SPARING_BYTES && memory.freeBytesFor(stage.memoryFor(bytes)) > memory.freeBytes()) {
            bytes >>>= 1;
        }
        return bytes;
    }

    /**
     * {@return how many bytes have to be free until it is read: if it has begun something, so many that it need not wait again
     * soon; else so many that others can end what they have begun}
     */
    private long wantedBytes(final Stage stage) {
        final MemoryBudget memory = loop().memory();
        final long wanted = memory.freeBytesFor(stage.memoryFor(awaitedBytes(stage)));
        if (holdsNothing()) {
            return Math.min(memory.scarceBytes(), memory.scarceBytes() / 2 + wanted);
        }
        final long least = memory.freeBytesFor(stage.memoryFor(SPARING_BYTES));
        final boolean fits = least + stage.heldBytes() <= memory.bytesMax();
        return Math.max(fits ? least : 0, Math.min(memory.scarceBytes(), wanted));
    }

    private int awaitedBytes(final Stage stage) {
        if (rest != null) {
            return rest.remaining();
        }
        return stage.heldBytes() > 0 ? loop().readBuffer().capacity() : SPARING_BYTES;
    }

    /** Reads no more, and hands on nothing of what was read, until there is memory for what comes of it. */
    void awaitMemory() {
        if (!awaitsMemory()) {
            final Stage stage = connection.receiver();
            loop().awaitMemoryToRead(this, stage.memoryFor(awaitedBytes(stage)), wantedBytes(stage));
            pause(PauseReason.MEMORY);
        }
    }

    @Override
    public void onMemory() {
        resume(PauseReason.MEMORY);
        connection.readAgain();
    }

    @Override
    public boolean isGone() {
        return connection.isGone();
    }

    @Override
    public boolean holdsNothing() {
        return connection.receiver().heldBytes() == 0 && rest == null;
    }

    /** Nothing is kept any more of what comes: {@return whether it waited for memory until now} */
    boolean readWithoutMemory() {
        final boolean waited = awaitsMemory();
        if (waited) {
            loop().forgetWaiter(this);
            resume(PauseReason.MEMORY);
        }
        return waited;
    }

    /** The connection has ended. */
    void end() {
        release();
        if (awaitsMemory()) {
            loop().forgetWaiter(this);
        }
    }

    /** {@return the loop's read buffer, from position to limit; null: nothing has come, or the peer has sent its last} */
    private ByteBuffer read(final Transport transport, final int room) throws IOException {
        final EventLoop loop = loop();
        final ByteBuffer in = loop.readBuffer().clear().limit(room);
        final int bytes = transport.read(in);
        readDue = false;
        ended = bytes < 0;
        if (bytes <= 0) {
            return null;
        }
        lastReadNs = loop.nowNs();
        RECEIVED_BYTES.setOpaque(this, receivedBytes + bytes);
        loop.counters().add(Metric.BYTES_RECEIVED, bytes);
        return in.flip();
    }

    /** Hands on what was kept, if there is something and no reason not to; want of memory for what comes of it is one. */
    void receiveRest() {
        if (pauses == 0 && rest != null) {
            if (hasMemoryForRest()) {
                deliver(rest);
            } else {
                awaitMemory();
            }
        }
    }

    private boolean hasMemoryForRest() {
        return loop().memory().freeBytes() >= wantedBytes(connection.receiver())
                || loop().isToldOfMemory(this)
                || !connection.keepsInput();
    }

    /** Hands bytes to the stage, and to the one that follows it meanwhile; what a pause leaves is kept. */
    private void deliver(final ByteBuffer in) {
        if (pauses != 0) {
            keep(in);
            return;
        }
        Stage current;
        do {
            current = connection.receiver();
            current.onBytes(in);
            // Whoever has just taken over may have cut the connection off at once.
        } while (connection.receiver() != current && pauses == 0 && in.hasRemaining() && !connection.isAborted());
        keep(in);
    }

    /** Keeps what a pause has left; without a pause nobody wants it any more. */
    private void keep(final ByteBuffer in) {
        if (pauses == 0 || !in.hasRemaining()) {
            if (in == rest) {
                release();
            }
        } else if (in != rest) {
            final ByteBuffer kept = acquire(in.remaining());
            if (kept == null) {
                connection.overloaded();
            } else {
                rest = kept.put(in).flip();
            }
        }
    }

    /** There was memory for it when it was read: who has taken that since then was bounded likewise. */
    private ByteBuffer acquire(final int bytes) {
        final ByteBuffer usual = loop().pool().acquire(bytes);
        return usual == null ? loop().pool().acquireReserved(bytes) : usual;
    }

    /** From now on nothing is kept: there is no reason left not to read. */
    void discard() {
        release();
        readWithoutMemory();
        pauses = 0;
    }

    /** Gives back what was kept. */
    void release() {
        if (rest != null) {
            loop().pool().release(rest);
            rest = null;
        }
    }

    void pause(final PauseReason reason) {
        pauses = (byte) (pauses | reason.bit());
    }

    /** {@return whether that was a reason until now} */
    boolean resume(final PauseReason reason) {
        final int before = pauses;
        pauses = (byte) (pauses & ~reason.bit());
        if (before != 0 && pauses == 0) {
            // What the peer sent meanwhile was not read: its silence begins now.
            lastReadNs = loop().nowNs();
            readDue = true;
        }
        if (awaitsMemory() && wantsToRead()) {
            // Until now nobody was to make way for it.
            loop().tellOfMemory();
        }
        return pauses != before;
    }

    /** {@return whether it is not read, for whatever reason} */
    boolean isUnread() {
        return pauses != 0;
    }

    boolean isReadDue() {
        return readDue;
    }

    private boolean awaitsMemory() {
        return (pauses & PauseReason.MEMORY.bit()) != 0;
    }

    /**
     * {@return whether the socket may be read: nothing is paused, and nothing that came before waits.
     * While an opening handshake waits for its decision it is read all the same, until something has come, which is kept: a client
     * that goes away meanwhile is to be noticed, and one that keeps to RFC 6455 §4.1 sends nothing before the response}
     */
    boolean isOpen() {
        return (pauses & ~PauseReason.UPGRADE.bit()) == 0 && rest == null && !ended;
    }

    @Override
    public boolean wantsToRead() {
        return (pauses & ~(PauseReason.UPGRADE.bit() | PauseReason.MEMORY.bit())) == 0 && !ended;
    }

    /** The peer has said that it will send nothing more. */
    void noteDone() {
        done = true;
    }

    /** {@return whether it has said so} */
    boolean isDone() {
        return done;
    }

    /** {@return whether the peer has sent its last} */
    boolean isEnded() {
        return ended;
    }

    /** {@return how many bytes were read, from the first. Any thread} */
    long receivedBytes() {
        return (long) RECEIVED_BYTES.getOpaque(this);
    }

    long lastReadNs() {
        return lastReadNs;
    }
}
