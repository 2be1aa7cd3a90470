package io.godwit.reactor.session;

import io.godwit.reactor.loop.HandoffPool;
import io.godwit.reactor.loop.Parcel;
import java.util.ArrayDeque;

/** What was sent while a message in fragments is not finished, and waits for its end. Loop only. */
final class HeldMessages {

    private final ArrayDeque<Parcel> parcels = new ArrayDeque<>();
    private int roomBytes;

    /**
     * Adds a message.
     *
     * @param parcel owned from now on; its number is the room that was taken for it
     * @return how much room was taken for all
     */
    int add(final Parcel parcel) {
        parcels.addLast(parcel);
        roomBytes += parcel.number();
        return roomBytes;
    }

    /** {@return how many wait} */
    int count() {
        return parcels.size();
    }

    /** {@return how much room was taken for them} */
    int roomBytes() {
        return roomBytes;
    }

    /** {@return the next message, owned by the caller, or null} */
    Parcel poll() {
        return parcels.pollFirst();
    }

    /** Gives all back to where they come from. Takes no memory. */
    void release(final HandoffPool pool) {
        for (Parcel next = parcels.pollFirst(); next != null; next = parcels.pollFirst()) {
            pool.release(next);
        }
    }
}
