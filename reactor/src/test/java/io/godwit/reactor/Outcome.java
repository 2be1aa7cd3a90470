package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.conversation.ConversationBody;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What became of a body, for the test to wait for; what it throws goes on to the server. */
final class Outcome<T> {

    static final Duration LONG = Duration.ofSeconds(60);

    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final CompletableFuture<Conversation> conversation = new CompletableFuture<>();

    interface Body<T> {
        T hold(Conversation ws) throws Exception;
    }

    ConversationBody of(final Body<T> body) {
        return ws -> {
            conversation.complete(ws);
            try {
                future.complete(body.hold(ws));
            } catch (final Throwable t) {
                future.completeExceptionally(t);
                throw t;
            }
        };
    }

    T get() throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    Throwable thrown() throws Exception {
        return future.handle((value, thrown) -> thrown).get(60, TimeUnit.SECONDS);
    }

    Conversation conversation() throws Exception {
        return conversation.get(60, TimeUnit.SECONDS);
    }

    static void awaitThat(final Callable<Boolean> condition, final String what) throws Exception {
        final long endNs = System.nanoTime() + LONG.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited for " + what).isLessThan(endNs);
            Await.pause();
        }
    }
}
