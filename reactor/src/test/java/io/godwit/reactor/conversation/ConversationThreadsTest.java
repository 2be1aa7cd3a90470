package io.godwit.reactor.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConversationThreadsTest {

    /** A thread that idles keeps what it has inherited, such as the class loader of an application that has ended. */
    @Test
    void shouldKeepNoThreadBeyondItsConversation() throws Exception {
        final CompletableFuture<Thread> used = new CompletableFuture<>();
        ConversationThreads.newPlatformThreads().execute(() -> used.complete(Thread.currentThread()));
        final Thread thread = used.get(20, TimeUnit.SECONDS);
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).startsWith("godwit-conversation-");
        thread.join(20_000);
        assertThat(thread.isAlive()).isFalse();
    }
}
