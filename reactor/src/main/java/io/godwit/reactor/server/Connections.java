package io.godwit.reactor.server;

import io.godwit.reactor.net.Connection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The connections of one loop, each at a place that its id tells. The loop writes; any thread finds one, or walks over all.
 *
 * <p>A place is a connection's number ({@link ConnectionIds}) modulo the places, and numbers whose place is taken are passed
 * over: so there is nothing to search, and a reference is all that a connection takes. In twice as many places, those that
 * had one of their own still do.
 */
class Connections implements Iterable<Connection> {

    private static final int PLACES_MIN = 64;

    private final ConnectionIds ids;

    /** Written by the loop alone. A power of two, at least a quarter of which is free; what was replaced is left as it was. */
    private volatile AtomicReferenceArray<Connection> places = new AtomicReferenceArray<>(PLACES_MIN);

    /** Written by the loop alone. */
    private volatile int size;

    /**
     * Starts with no connection.
     *
     * @param ids gives the next id, for the life of the server
     */
    Connections(final ConnectionIds ids) {
        this.ids = ids;
    }

    /** {@return an id that no connection has had, for the one that is added next. Loop only} */
    long nextId() {
        if (size >= places.length() / 4 * 3) {
            grow();
        }
        long id;
        do {
            id = ids.next();
        } while (places.get(placeOf(id, places)) != null);
        return id;
    }

    private void grow() {
        final AtomicReferenceArray<Connection> more = new AtomicReferenceArray<>(2 * places.length());
        for (final Connection connection : this) {
            more.setPlain(placeOf(connection.id(), more), connection);
        }
        places = more;
    }

    private int placeOf(final long id, final AtomicReferenceArray<Connection> among) {
        return (int) ids.numberOf(id) & among.length() - 1;
    }

    /** Adds a connection whose id is the last that {@link #nextId} has given. Loop only. */
    void add(final Connection connection) {
        places.set(placeOf(connection.id(), places), connection);
        size = size + 1;
    }

    /** Removes a connection, if it was added. Loop only. */
    void remove(final Connection connection) {
        final int place = placeOf(connection.id(), places);
        if (places.get(place) == connection) {
            places.set(place, null);
            size = size - 1;
        }
    }

    /** {@return the connection with that id, or null. Any thread} */
    Connection find(final long id) {
        final AtomicReferenceArray<Connection> present = places;
        final Connection connection = present.get(placeOf(id, present));
        return connection != null && connection.id() == id ? connection : null;
    }

    /** {@return how many there are. Any thread} */
    int size() {
        return size;
    }

    /** {@return whether there is none. Any thread} */
    boolean isEmpty() {
        return size == 0;
    }

    /** {@return a walk over all that there are during the whole of it, and maybe some of the others. Any thread, each its own} */
    @Override
    public Iterator<Connection> iterator() {
        return new Walk(places);
    }

    private static final class Walk implements Iterator<Connection> {

        private final AtomicReferenceArray<Connection> places;
        private int place;
        private Connection next;

        Walk(final AtomicReferenceArray<Connection> places) {
            this.places = places;
        }

        @Override
        public boolean hasNext() {
            while (next == null && place < places.length()) {
                next = places.get(place++);
            }
            return next != null;
        }

        @Override
        public Connection next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            final Connection found = next;
            next = null;
            return found;
        }
    }
}
