package io.godwit.reactor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The subscribers of one topic, if memory is out when one of them ends. */
class SubscribersTest {

    private final EventLoop loop;
    private final Subscribers subscribers;
    private boolean memoryIsOut;

    SubscribersTest() throws IOException {
        loop = new EventLoop("test", LoopOptions.forConnections(8), () -> 0);
        subscribers = new Subscribers("topic", new Deliveries(loop), (slots, length) -> {
            if (memoryIsOut) {
                throw new OutOfMemoryError("injected");
            }
            return Arrays.copyOf(slots, length);
        });
    }

    @AfterEach
    void close() {
        loop.onClose();
    }

    @Test
    void shouldLetEachGoWhoEndsAlthoughMemoryIsOut() {
        final List<Membership> members = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            members.add(new Membership(new Subscriber(subscribers.deliveries(), null), subscribers));
            subscribers.add(members.get(i));
        }
        memoryIsOut = true;
        for (final Membership member : members.subList(0, 62)) {
            member.leave();
        }
        memoryIsOut = false;
        subscribers.rewind();
        final List<Membership> met = new ArrayList<>();
        for (Membership next = subscribers.next(); next != null; next = subscribers.next()) {
            met.add(next);
        }
        assertThat(met).containsExactlyInAnyOrder(members.get(62), members.get(63));
    }
}
