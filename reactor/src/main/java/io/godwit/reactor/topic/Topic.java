package io.godwit.reactor.topic;

import io.godwit.core.message.EncodedMessage;
import io.godwit.reactor.broadcast.Deliveries;
import io.godwit.reactor.broadcast.Publication;
import io.godwit.reactor.broadcast.Subscriber;
import io.godwit.reactor.broadcast.Subscribers;
import io.godwit.reactor.broadcast.Subscribing;
import io.godwit.reactor.endpoint.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What is published here goes to all connections that are subscribed. A message is encoded once, and shared by them.
 *
 * <pre>{@code
 * Topic prices = new Topic("prices");
 * // in a handler
 * public void onOpen(WebSocket ws) {
 *     prices.subscribe(ws);
 * }
 * // anywhere
 * prices.publish("{\"gold\": 2391.5}");
 * }</pre>
 *
 * <p>All methods may be called by any thread, at any time, any number at once; they never block. A topic belongs to no
 * server: make one, and use it in any handler. Connections of several loops, and of several servers, may be subscribed.
 *
 * <p>All that threads give one connection has one order, as far as they order it among themselves: publications,
 * subscriptions, sends, and its close. What one thread publishes reaches each subscriber in that order, over all topics. A
 * connection gets what is published after it was subscribed and before it is unsubscribed: whoever sends it a snapshot and
 * then subscribes it has the snapshot arrive first, and whoever publishes and then closes it, or the server, has the message
 * arrive before the Close frame. For a subscriber that reads slowly, the policy of its endpoint holds, as for any send
 * ({@link io.godwit.reactor.endpoint.SlowConsumerPolicy}); a message that finds no room there, or is longer than its limit,
 * is told to its handler ({@link io.godwit.reactor.endpoint.WebSocketHandler#onDropped}).
 *
 * <p>Each loop delivers a bounded number of messages in a cycle ({@link
 * io.godwit.reactor.endpoint.LoopLimits#deliveriesMax}), for about a millisecond, and goes on in the next. What waits to be
 * delivered on a loop is bounded: {@link io.godwit.reactor.endpoint.LoopLimits#commandsMax} messages of all topics, and a
 * quarter of {@link io.godwit.reactor.endpoint.LoopLimits#bufferedBytesMax} in bytes. A loop that has more is left out, and
 * holds up no other: {@code publish} is {@link PublishResult#PARTLY} then, or {@link PublishResult#DROPPED} where no loop
 * takes it; {@link PublishResult#TOO_LONG} where none ever will. A connection whose handler publishes on the loop is not read
 * while 512 messages or 256 KiB, or half of that bound if it is less, wait there of what handlers have published: so a burst of
 * requests, each of which publishes a message, is delivered rather than refused.
 */
public final class Topic {

    private static final Subscribers[] NONE = {};

    private final String name;

    /** One for each loop that has, or had, a subscriber. Replaced as a whole. */
    private final AtomicReference<Subscribers[]> loops = new AtomicReference<>(NONE);

    /**
     * Makes a topic without subscribers.
     *
     * @param name for those who read logs; two topics of one name are two topics
     */
    public Topic(final String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /** {@return its name} */
    public String name() {
        return name;
    }

    // --- subscribers

    /**
     * Subscribes a connection, until it is unsubscribed or has ended.
     *
     * @param ws what a handler was given
     * @return false where it is subscribed already, or has ended
     * @throws IllegalArgumentException if it is not a connection of Godwit, but something of the caller's own
     */
    public boolean subscribe(final WebSocket ws) {
        final Subscriber subscriber = subscriberOf(ws);
        final Deliveries deliveries = subscriber.deliveries();
        return deliveries != null && !deliveries.isOver() && subscriber.join(subscribersOn(deliveries));
    }

    /**
     * Unsubscribes a connection from what is published after this; what was published before may still reach it. A
     * connection that ends is unsubscribed by itself, before its {@code onClose}.
     *
     * @param ws what a handler was given
     * @return false where it is not subscribed
     * @throws IllegalArgumentException as {@link #subscribe} does
     */
    public boolean unsubscribe(final WebSocket ws) {
        return subscriberOf(ws).leave(this);
    }

    /**
     * Tells whether a connection is subscribed.
     *
     * @param ws what a handler was given
     * @return whether it is, at this moment
     * @throws IllegalArgumentException as {@link #subscribe} does
     */
    public boolean isSubscribed(final WebSocket ws) {
        return subscriberOf(ws).isMember(this);
    }

    /** {@return how many connections are subscribed, at this moment} */
    public int subscriberCount() {
        int count = 0;
        for (final Subscribers subscribers : loops.get()) {
            count += subscribers.count();
        }
        return count;
    }

    private static Subscriber subscriberOf(final WebSocket ws) {
        if (Objects.requireNonNull(ws, "ws") instanceof Subscribing subscribing) {
            return subscribing.subscriber();
        }
        throw new IllegalArgumentException("not a connection that a handler was given: " + ws);
    }

    private Subscribers subscribersOn(final Deliveries deliveries) {
        while (true) {
            final Subscribers[] before = loops.get();
            for (final Subscribers subscribers : before) {
                if (subscribers.deliveries() == deliveries) {
                    return subscribers;
                }
            }
            // A topic may outlive many servers: it does not keep their loops.
            final Subscribers[] kept = running(before);
            final Subscribers[] after = Arrays.copyOf(kept, kept.length + 1);
            final Subscribers made = new Subscribers(this, deliveries);
            after[kept.length] = made;
            if (loops.compareAndSet(before, after)) {
                return made;
            }
        }
    }

    private static Subscribers[] running(final Subscribers[] all) {
        return Arrays.stream(all)
                .filter(subscribers -> !subscribers.deliveries().isOver())
                .toArray(Subscribers[]::new);
    }

    // --- messages

    /**
     * Publishes a text message.
     *
     * @param text its content
     * @return to whom it is on its way
     * @throws IllegalArgumentException if it holds an unpaired surrogate, which UTF-8 cannot carry
     */
    public PublishResult publish(final CharSequence text) {
        return publish(EncodedMessage.text(text));
    }

    /**
     * Publishes a binary message.
     *
     * @param bytes copied before the call returns, from position to limit; the position is not moved
     * @return to whom it is on its way
     */
    public PublishResult publish(final ByteBuffer bytes) {
        return publish(EncodedMessage.binary(bytes));
    }

    /**
     * Publishes a message that was encoded before, perhaps to go to several topics.
     *
     * @param message shared
     * @return to whom it is on its way
     */
    public PublishResult publish(final EncodedMessage message) {
        return publish(message, null);
    }

    /**
     * Publishes a message to all but one, who knows it already.
     *
     * @param sender does not get it; need not be subscribed
     * @param message shared
     * @return to whom it is on its way
     * @throws IllegalArgumentException as {@link #subscribe} does
     */
    public PublishResult publishExcept(final WebSocket sender, final EncodedMessage message) {
        return publish(message, subscriberOf(sender));
    }

    private PublishResult publish(final EncodedMessage message, final Subscriber except) {
        final Subscribers[] all = loops.get();
        boolean taken = false;
        boolean fits = false;
        List<Subscribers> left = List.of();
        for (final Subscribers to : all) {
            final Deliveries deliveries = to.deliveries();
            if (deliveries.isOver()) {
                loops.compareAndSet(all, running(all));
            } else if (to.count() > 0) {
                final Publication publication = new Publication(to, message, except);
                if (deliveries.add(publication)) {
                    taken = true;
                } else {
                    fits |= deliveries.canHold(publication);
                    deliveries.refuse();
                    left = with(left, to);
                }
            }
        }
        if (left.isEmpty()) {
            return PublishResult.PUBLISHED;
        }
        if (!taken) {
            return fits ? PublishResult.DROPPED : PublishResult.TOO_LONG;
        }
        // It has gone to others, and will not be tried again: so those whom it does not reach are told.
        left.forEach(to -> to.lose(message.frames().remaining()));
        return PublishResult.PARTLY;
    }

    private static List<Subscribers> with(final List<Subscribers> some, final Subscribers one) {
        final List<Subscribers> more = new ArrayList<>(some);
        more.add(one);
        return more;
    }

    @Override
    public String toString() {
        return "topic " + name;
    }
}
