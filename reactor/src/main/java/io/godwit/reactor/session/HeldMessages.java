package io.godwit.reactor.session;

import io.godwit.reactor.loop.HandoffPool;
import io.godwit.reactor.loop.Parcel;

/**
 * What was sent while a message in fragments is not finished, and waits for its end. They are a chain: what was taken must not be
 * lost since there is no memory for a place. Loop only.
 */
final class HeldMessages {

    private Parcel first;
    private Parcel last;
    private int count;
    private int roomBytes;

    /**
     * Adds a message. Takes no memory.
     *
     * @param parcel owned from now on; its number is the room that was taken for it
     * @return how much room was taken for all
     */
    int add(final Parcel parcel) {
        if (last == null) {
            first = parcel;
        } else {
            last.next(parcel);
        }
        last = parcel;
        count++;
        roomBytes += parcel.number();
        return roomBytes;
    }

    /** {@return how many wait} */
    int count() {
        return count;
    }

    /** {@return how much room was taken for them} */
    int roomBytes() {
        return roomBytes;
    }

    /** {@return the next message, owned by the caller, or null} */
    Parcel poll() {
        final Parcel polled = first;
        if (polled != null) {
            first = polled.next();
            last = first == null ? null : last;
            polled.next(null);
            count--;
            roomBytes -= polled.number();
        }
        return polled;
    }

    /** Gives all back to where they come from. Takes no memory. */
    void release(final HandoffPool pool) {
        for (Parcel next = poll(); next != null; next = poll()) {
            pool.release(next);
        }
    }
}
