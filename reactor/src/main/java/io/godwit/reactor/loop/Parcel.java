package io.godwit.reactor.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What goes from one thread to another: some bytes and what they are. It belongs to one thread at a time, which hands it on
 * through a queue, and the last gives it back to its {@link HandoffPool}.
 */
public final class Parcel {

    /** Of no shelf: made for the occasion, and not kept. */
    static final int UNSHELVED = -1;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ByteBuffer bytes;
    private final int shelf;
    private final boolean note;
    private ByteBuffer readOnly;
    private Object label;
    private int number;
    private long position;
    private boolean lent;

    /** What follows it, if whoever has it keeps several. */
    private Parcel next;

    private Parcel(final ByteBuffer bytes, final int shelf, final boolean note) {
        this.bytes = bytes;
        this.shelf = shelf;
        this.note = note;
    }

    static Parcel of(final int capacity, final int shelf) {
        return new Parcel(ByteBuffer.allocate(capacity), shelf, false);
    }

    /**
     * Makes one without bytes, which comes from no pool: for what is rare, and must not fail for want of memory that others
     * use up.
     *
     * @param label what it is
     * @return a parcel that a pool takes back and forgets
     */
    public static Parcel note(final Object label) {
        final Parcel note = new Parcel(NOTHING, UNSHELVED, true);
        note.label = label;
        return note;
    }

    /**
     * Says what it is. Whoever hands it over and whoever takes it agree on the meaning.
     *
     * @param what retained until it is given back
     * @param howMuch a number that goes with it
     * @return this
     */
    public Parcel label(final Object what, final int howMuch) {
        label = what;
        number = howMuch;
        return this;
    }

    /**
     * Says where it stands to what goes another way.
     *
     * @param before whatever has a lower number goes before it
     * @return this
     */
    public Parcel position(final long before) {
        position = before;
        return this;
    }

    /** {@return as {@link #position(long)} was told last} */
    public long position() {
        return position;
    }

    /**
     * Makes it a link of a chain of those that one thread keeps.
     *
     * @param following what follows it; null, as it has to be when it is given back: nothing
     */
    public void next(final Parcel following) {
        next = following;
    }

    /** {@return what follows it, or null} */
    public Parcel next() {
        return next;
    }

    /** {@return what it was labelled with} */
    public Object label() {
        return label;
    }

    /** {@return the number that goes with the label} */
    public int number() {
        return number;
    }

    /** {@return the bytes, between position and limit; at first all of the room that there is} */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** {@return the same bytes for those who must not change them, big endian; one buffer, made once and set each time} */
    public ByteBuffer readOnlyBytes() {
        if (readOnly == null) {
            readOnly = bytes.asReadOnlyBuffer();
        }
        return readOnly.order(ByteOrder.BIG_ENDIAN).limit(bytes.limit()).position(bytes.position());
    }

    /** What was given by {@link #readOnlyBytes} is empty, wherever it has got to. */
    public void forget() {
        if (readOnly != null) {
            readOnly.limit(0);
        }
    }

    /** {@return whether it is a {@link #note}} */
    public boolean isNote() {
        return note;
    }

    int shelf() {
        return shelf;
    }

    int capacity() {
        return bytes.capacity();
    }

    Parcel lend() {
        lent = true;
        bytes.clear();
        return this;
    }

    void giveBack() {
        if (!lent) {
            throw new IllegalStateException("a parcel came back twice");
        }
        lent = false;
        label = null;
    }
}
