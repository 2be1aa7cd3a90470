package io.godwit.reactor.broadcast;

/** A connection whose handler publishes on the loop, and which is not read while much of that waits to be delivered. */
public interface Publisher {

    /** Less waits: it goes on with what has been read, within this call, and is read again. On the loop. */
    void onRoomToPublish();
}
