package io.godwit.config.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.HttpResponder;
import io.godwit.reactor.endpoint.ServerHealth;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthTest {

    @ParameterizedTest
    @CsvSource({
        "SERVING, 200, ok",
        "DRAINING, 503, going down",
        "FAILING, 503, 'an error has ended a thread within the last minute, or a loop is held up'",
        "DOWN, 503, down",
    })
    void shouldTellHowTheServerIsNow(final ServerHealth health, final int status, final String text) {
        final AtomicReference<ServerHealth> now = new AtomicReference<>();
        final HttpResponder responder = Health.responder(now::get);
        now.set(health);
        final HttpAnswer answer = responder.answer(null);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(new String(answer.body(), UTF_8)).isEqualTo(text + "\n");
        assertThat(answer.headers().first("Cache-Control")).isEqualTo("no-store");
    }
}
