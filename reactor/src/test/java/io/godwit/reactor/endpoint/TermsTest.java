package io.godwit.reactor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.godwit.core.http.HttpHeaders;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.Limits;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TermsTest {

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "content-type", "Connection", "Date", "Transfer-Encoding"})
    void shouldKeepTheServersHeadersToTheServer(final String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpAnswer.text(200, "x").withHeader(name, "5"))
                .withMessageContaining("belongs to the server");
    }

    @Test
    void shouldRefuseAnAnswerThatCannotBeSent() {
        assertThatIllegalArgumentException().isThrownBy(() -> HttpAnswer.text(101, "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> HttpAnswer.text(600, "x"));
        assertThatNullPointerException().isThrownBy(() -> HttpAnswer.of(200, null, new byte[0]));
        assertThatNullPointerException().isThrownBy(() -> HttpAnswer.of(200, "text/plain", null));
        assertThatIllegalArgumentException().isThrownBy(() -> Upgrade.refuse(204, "x"));
    }

    @Test
    void shouldRefuseTermsThatARefusalWouldIgnore() {
        final Upgrade refusal = Upgrade.refuse(403, "x");
        assertThatIllegalStateException().isThrownBy(() -> refusal.withAttachment("x"));
        assertThatIllegalStateException().isThrownBy(() -> refusal.withSubprotocol("x"));
        assertThatIllegalArgumentException().isThrownBy(() -> refusal.withHeader("Connection", "x"));
    }

    @Test
    void shouldAddHeadersToARefusal() {
        final HttpHeaders headers = Upgrade.refuse(403, "x")
                .withHeader("X-Why", "a")
                .withHeader("X-Why", "b")
                .refusal()
                .headers();
        assertThat(headers.all("X-Why")).containsExactly("a", "b");
    }

    @Test
    void shouldApplyTermsToTheDecisionThatComesLater() {
        final CompletableFuture<Upgrade> decision = new CompletableFuture<>();
        final Upgrade later = Upgrade.later(decision)
                .withHeader("X-Id", "7")
                .withAttachment("attached")
                .withSubprotocol("chat");
        final CompletableFuture<Upgrade> outcome = later.later().toCompletableFuture();
        assertThat(outcome).isNotDone();
        decision.complete(Upgrade.accept().withSubprotocol("own"));
        assertThat(outcome.join().headers().first("X-Id")).isEqualTo("7");
        assertThat(outcome.join().attachment()).isEqualTo("attached");
        assertThat(outcome.join().subprotocol()).as("the decision's own stays").isEqualTo("own");

        final Upgrade refused = Upgrade.later(CompletableFuture.completedFuture(Upgrade.refuse(403, "x")))
                .withHeader("X-Id", "8")
                .withAttachment("attached");
        final Upgrade refusal = refused.later().toCompletableFuture().join();
        assertThat(refusal.refusal().headers().first("X-Id")).isEqualTo("8");

        final Upgrade failed = Upgrade.later(CompletableFuture.<Upgrade>failedFuture(new IllegalStateException()));
        assertThat(failed.withHeader("X", "x").later().toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void shouldRefuseNullsAtOnce() {
        assertThatNullPointerException().isThrownBy(() -> HttpAnswer.text(200, null));
        assertThatNullPointerException().isThrownBy(() -> Upgrade.refuse(403, null));
        assertThatNullPointerException().isThrownBy(() -> Upgrade.later(null));
        assertThatNullPointerException().isThrownBy(() -> new HttpAnswer(200, "a/b", new byte[0], null));
        assertThatIllegalArgumentException().isThrownBy(() -> HttpAnswer.of(200, "a/b\r\nX: y", new byte[0]));
    }

    @Test
    void shouldTakeSubprotocolsThatAreTokensOnce() {
        final Endpoint echo = Endpoint.of(WebSocketHandler.echo());
        assertThat(echo.withSubprotocols("b", "a").subprotocols()).containsExactly("b", "a");
        assertThatIllegalArgumentException().isThrownBy(() -> echo.withSubprotocols("a b"));
        assertThatIllegalArgumentException().isThrownBy(() -> echo.withSubprotocols(""));
        assertThatIllegalArgumentException().isThrownBy(() -> echo.withSubprotocols("a", "a"));
    }

    @ParameterizedTest
    @CsvSource({"65535, 65549, false", "65536, 65550, false", "2000, 65550, true"})
    void shouldAskForRoomForAnEchoBesidesTheSoftMark(final int message, final int max, final boolean fits) {
        final int soft = max - 2_014;
        final ProtocolLimits protocol = new ProtocolLimits(message, message, 1);
        if (fits) {
            assertThat(Limits.of(protocol, soft, max, 0).outbound().bytesMax()).isEqualTo(max);
        } else {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Limits.of(protocol, soft, max, 0))
                    .withMessageContaining("outbound.bytesMax " + max)
                    .withMessageContaining("messageBytesMax");
        }
    }

    @Test
    void shouldAllowLongerMessagesWithAllThatTheyNeed() {
        final EndpointLimits limits = EndpointLimits.DEFAULT.withMessageBytesMax(16 << 20);
        assertThat(limits.protocol().messageBytesMax()).isEqualTo(16 << 20);
        assertThat(limits.protocol().frameBytesMax()).isEqualTo(16 << 20);
        assertThat(limits.outbound().bytesMax())
                .isGreaterThan((16 << 20) + limits.outbound().bytesSoft());
        assertThat(EndpointLimits.DEFAULT.withMessageBytesMax(100).outbound().bytesMax())
                .isEqualTo(EndpointLimits.DEFAULT.outbound().bytesMax());
        assertThat(EndpointLimits.DEFAULT.withFragmentBytes(500).fragmentBytes())
                .isEqualTo(500);
        assertThat(OutboundLimits.DEFAULT.withBytes(1, 100_000).bytesMax()).isEqualTo(100_000);
        assertThatIllegalArgumentException().isThrownBy(() -> OutboundLimits.DEFAULT.withBytes(0, 100_000));
    }

    @Test
    void shouldRefuseOptionsThatAreNotPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdmissionLimits(0, 1, 1))
                .withMessageContaining("connectionsMax");
        assertThatIllegalArgumentException().isThrownBy(() -> new AdmissionLimits(1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new AdmissionLimits(1, 1, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Timeouts.DEFAULT.withIdle(Duration.ZERO))
                .withMessageContaining("idle");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Timeouts.DEFAULT.withClose(Duration.ofSeconds(Long.MAX_VALUE)))
                .withMessageContaining("close");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Timeouts.DEFAULT.withMessage(Duration.ZERO))
                .withMessageContaining("message");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SocketOptions.DEFAULT.withSendBufferBytes(-1))
                .withMessageContaining("sendBufferBytes");
        assertThatIllegalArgumentException().isThrownBy(() -> SocketOptions.DEFAULT.withSendBufferBytes(1));
        assertThat(SocketOptions.DEFAULT.withSendBufferBytes(0).sendBufferBytes())
                .isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> new MailboxLimits(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new MailboxLimits(1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new RateLimits(0, 1, RateLimits.Action.CLOSE));
        assertThatIllegalArgumentException().isThrownBy(() -> Threads.DEFAULT.withLoops(0));
        assertThatIllegalArgumentException().isThrownBy(() -> LoopLimits.DEFAULT.withBufferedBytesMax(1));
    }
}
