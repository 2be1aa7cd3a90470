package io.godwit.reactor.server;

import io.godwit.reactor.endpoint.AdmissionLimits;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.collections.Long2LongHashMap;

/**
 * Who is let in, over all loops. Any thread.
 *
 * <p>Each connection holds one of the server's places, or one of the few places of those that are being turned away with an
 * answer; and one of its source's places of the same kind. A source is an IPv4 address, or the first half of an IPv6
 * address. What is counted for a source is gone with its last connection, so that there are at most as many counts as
 * connections.
 */
final class Admission {

    /** What is said to a connection. */
    enum Verdict {
        ADMITTED,
        SERVER_FULL,
        SOURCE_FULL
    }

    /** Stands for what is no internet address, and is not counted by source. */
    static final long NO_SOURCE = -1;

    /** Multicast addresses of IPv6: nobody connects from there. */
    private static final long IPV4 = 0xFFFF_0000_0000_0000L;

    /** One source's share of the places of those that are turned away, so that it leaves some for the others. */
    private static final int SOURCE_SHARE = 8;

    /** A count of a source: the admitted in the lower bits, those that are being turned away above. */
    private static final int TURNED_AWAY_ONE = 1 << 24;

    private static final int ADMITTED_MASK = TURNED_AWAY_ONE - 1;
    private static final int TURNED_AWAY_MAX = 127;

    private final AdmissionLimits limits;
    private final int turnedAwayPerSourceMax;
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger turnedAway = new AtomicInteger();

    /** Guarded by itself. Giving a place back takes no memory: it has to succeed even if there is none. */
    private final Long2LongHashMap bySource = new Long2LongHashMap(0);

    Admission(final AdmissionLimits limits) {
        this.limits = limits;
        turnedAwayPerSourceMax = Math.max(1, Math.min(TURNED_AWAY_MAX, limits.backlog() / SOURCE_SHARE));
    }

    /** {@return what the connections of one host have in common} */
    static long sourceOf(final SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet) || internet.isUnresolved()) {
            return NO_SOURCE;
        }
        final InetAddress host = internet.getAddress();
        final ByteBuffer bytes = ByteBuffer.wrap(host.getAddress());
        return host instanceof Inet4Address ? IPV4 | bytes.getInt() & 0xFFFF_FFFFL : bytes.getLong();
    }

    /** Takes a place, which {@link #leave} gives back, where the verdict is that. */
    Verdict admit(final long source) {
        if (!take(source, 1, ADMITTED_MASK, limits.perAddressMax())) {
            return Verdict.SOURCE_FULL;
        }
        if (!take(admitted, limits.connectionsMax())) {
            give(source, 1);
            return Verdict.SERVER_FULL;
        }
        return Verdict.ADMITTED;
    }

    void leave(final long source) {
        admitted.decrementAndGet();
        give(source, 1);
    }

    /** {@return whether there was a place to be turned away with an answer; {@link #leaveTurnedAway} gives it back} */
    boolean turnAway(final long source) {
        if (!take(source, TURNED_AWAY_ONE, ~ADMITTED_MASK, turnedAwayPerSourceMax * TURNED_AWAY_ONE)) {
            return false;
        }
        if (!take(turnedAway, limits.backlog())) {
            give(source, TURNED_AWAY_ONE);
            return false;
        }
        return true;
    }

    void leaveTurnedAway(final long source) {
        turnedAway.decrementAndGet();
        give(source, TURNED_AWAY_ONE);
    }

    /** Takes no memory: what was taken before this would be lost. */
    private static boolean take(final AtomicInteger count, final int max) {
        int taken = count.get();
        while (taken < max) {
            final int witness = count.compareAndExchange(taken, taken + 1);
            if (witness == taken) {
                return true;
            }
            taken = witness;
        }
        return false;
    }

    private boolean take(final long source, final int one, final int mask, final int max) {
        if (source == NO_SOURCE) {
            return true;
        }
        synchronized (bySource) {
            final long count = bySource.get(source);
            if ((count & mask) >= max) {
                return false;
            }
            try {
                bySource.put(source, count + one);
            } catch (final OutOfMemoryError e) {
                // It is counted before the map grows.
                set(source, count);
                throw e;
            }
            return true;
        }
    }

    private void give(final long source, final int one) {
        if (source != NO_SOURCE) {
            synchronized (bySource) {
                set(source, bySource.get(source) - one);
            }
        }
    }

    private void set(final long source, final long count) {
        if (count <= 0) {
            bySource.remove(source);
        } else {
            bySource.put(source, count);
        }
    }

    /** {@return how many sources are counted: none, once all connections have ended} */
    int sources() {
        synchronized (bySource) {
            return bySource.size();
        }
    }

    /** {@return how many places are taken, of either kind} */
    int taken() {
        return admitted.get() + turnedAway.get();
    }
}
