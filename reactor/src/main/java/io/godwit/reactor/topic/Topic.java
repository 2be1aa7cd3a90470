package io.godwit.reactor.topic;

import io.godwit.core.message.EncodedMessage;
import io.godwit.reactor.broadcast.Deliveries;
import io.godwit.reactor.broadcast.Publication;
import io.godwit.reactor.broadcast.Subscriber;
import io.godwit.reactor.broadcast.Subscribers;
import io.godwit.reactor.broadcast.Subscribing;
import io.godwit.reactor.endpoint.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
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
 * <p>What one thread publishes reaches each subscriber in that order, over all topics; a connection gets what is published
 * after it was subscribed. How it stands to what is <em>sent</em> to that connection, or to its close, is not defined. Each
 * loop delivers a bounded number of messages in a cycle ({@link io.godwit.reactor.endpoint.LoopLimits#deliveriesMax}), and
 * goes on in the next. For a subscriber that reads slowly, the policy of its endpoint holds, as for any send
 * ({@link io.godwit.reactor.endpoint.SlowConsumerPolicy}).
 *
 * <p>What waits to be delivered on a loop is bounded: {@link io.godwit.reactor.endpoint.LoopLimits#commandsMax} messages of
 * all topics, and a quarter of {@link io.godwit.reactor.endpoint.LoopLimits#bufferedBytesMax} in bytes. Beyond that
 * {@code publish} is {@link PublishResult#DROPPED}.
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
        return deliveries != null && !deliveries.isOver() && subscriber.join(this, subscribersOn(deliveries));
    }

    /**
     * Unsubscribes a connection: no delivery to it begins after this. A connection that ends is unsubscribed by itself,
     * before its {@code onClose}.
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
            final Subscribers made = new Subscribers(deliveries);
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
     * @return whether it is on its way to all who are subscribed
     * @throws IllegalArgumentException if it holds an unpaired surrogate, which UTF-8 cannot carry
     */
    public PublishResult publish(final CharSequence text) {
        return publish(EncodedMessage.text(text));
    }

    /**
     * Publishes a binary message.
     *
     * @param bytes copied before the call returns, from position to limit; the position is not moved
     * @return whether it is on its way to all who are subscribed
     */
    public PublishResult publish(final ByteBuffer bytes) {
        return publish(EncodedMessage.binary(bytes));
    }

    /**
     * Publishes a message that was encoded before, perhaps to go to several topics.
     *
     * @param message shared
     * @return whether it is on its way to all who are subscribed
     */
    public PublishResult publish(final EncodedMessage message) {
        return publish(message, null);
    }

    /**
     * Publishes a message to all but one, who knows it already.
     *
     * @param sender does not get it; need not be subscribed
     * @param message shared
     * @return whether it is on its way to all others who are subscribed
     * @throws IllegalArgumentException as {@link #subscribe} does
     */
    public PublishResult publishExcept(final WebSocket sender, final EncodedMessage message) {
        return publish(message, subscriberOf(sender));
    }

    /** All loops take it, or none does. */
    private PublishResult publish(final EncodedMessage message, final Subscriber except) {
        final Subscribers[] all = loops.get();
        final Publication[] publications = new Publication[all.length];
        final int bytes = message.frames().remaining();
        for (int i = 0; i < all.length; i++) {
            final Deliveries deliveries = all[i].deliveries();
            if (deliveries.isOver()) {
                loops.compareAndSet(all, running(all));
            } else if (all[i].count() > 0) {
                if (!deliveries.reserve(bytes)) {
                    deliveries.refuse();
                    release(publications, bytes);
                    return PublishResult.DROPPED;
                }
                publications[i] = new Publication(all[i], message, except);
            }
        }
        for (final Publication publication : publications) {
            if (publication != null) {
                publication.to().deliveries().add(publication);
            }
        }
        return PublishResult.PUBLISHED;
    }

    private static void release(final Publication[] reserved, final int bytes) {
        for (final Publication publication : reserved) {
            if (publication != null) {
                publication.to().deliveries().release(bytes);
            }
        }
    }

    @Override
    public String toString() {
        return "topic " + name;
    }
}
