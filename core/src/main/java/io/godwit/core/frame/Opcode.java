package io.godwit.core.frame;

/** The six opcodes that RFC 6455 defines (§5.2, §11.8). */
public enum Opcode {
    /** A further frame of a fragmented message. */
    CONTINUATION(0x0),
    /** The first or only frame of a text message. */
    TEXT(0x1),
    /** The first or only frame of a binary message. */
    BINARY(0x2),
    /** Starts or answers the closing handshake. */
    CLOSE(0x8),
    /** Asks the peer for a {@link #PONG}. */
    PING(0x9),
    /** Answers a {@link #PING}, or comes unasked. */
    PONG(0xA);

    private static final Opcode[] BY_VALUE = new Opcode[16];

    static {
        for (final Opcode opcode : values()) {
            BY_VALUE[opcode.value] = opcode;
        }
    }

    private final int value;

    Opcode(final int value) {
        this.value = value;
    }

    /** {@return the four bits on the wire} */
    public int value() {
        return value;
    }

    /** {@return whether frames of this kind are control frames (§5.5): unfragmented, 125 bytes of payload at most} */
    public boolean isControl() {
        return value >= 0x8;
    }

    /**
     * Finds an opcode by its bits.
     *
     * @param value the bits; all but the low four are ignored
     * @return the opcode, or null where the value is reserved
     */
    public static Opcode of(final int value) {
        return BY_VALUE[value & 0xF];
    }
}
