package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.godwit.core.http.HttpLimits;
import io.godwit.reactor.conversation.AcceptQueue;
import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.HttpResponder;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What could never be served is refused before the server starts, and said. */
class WebSocketServerBuilderTest {

    private static final HttpResponder OK = request -> HttpAnswer.text(200, "ok");

    private final WebSocketServerBuilder builder = WebSocketServer.builder();

    @ParameterizedTest
    @ValueSource(strings = {"", "chat", "/a b", "/a?b", "/a#b", "/a/../b", "/%", "/caf\u00e9", "/{id}"})
    void shouldRefusePathsThatNoClientAsksFor(final String path) {
        final String told = '"' + path + "\" is not a path, which begins with /";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.endpoint(path, WebSocketHandler.echo()))
                .withMessageContaining(told);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.http(path, OK))
                .withMessageContaining(told);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.accepting(path, 1))
                .withMessageContaining(told);
    }

    @Test
    void shouldRefuseAPathThatNoRequestLineHasRoomFor() {
        final ServerOptions options = ServerOptions.DEFAULT.withHttp(new HttpLimits(64, 8, 256));
        final String longest = "/" + "a".repeat(50);
        builder.listen("127.0.0.1", 0).options(options).http(longest, OK);
        assertThatCode(builder::build).doesNotThrowAnyException();
        builder.endpoint(longest + "a", WebSocketHandler.echo());
        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessageContaining("a path of 52 characters")
                .withMessageContaining("room for 51");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "127.0.0.1:80", "http://localhost", "*", "256.1.1.1"})
    void shouldRefuseAddressesThatAreNone(final String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.listen(address, 8080))
                .withMessageContaining('"' + address + "\" is not an IPv4 or IPv6 address or a host name");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "localhost, 127.0.0.1", "0.0.0.0, 127.0.0.1", "127.0.0.1, ::"})
    void shouldRefuseAnAddressThatAnotherOneTakes(final String first, final String second) {
        builder.listen(first, 8080).listen(first, 0).listen(second, 0).listen(second, 8081);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.listen(second, 8080))
                .withMessageContaining(second + " port 8080 is taken by " + first);
    }

    @Test
    void shouldRefuseSubprotocolsThatNobodyCanAgreeOn() {
        final Endpoint endpoint = Endpoint.of(WebSocketHandler.echo());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> endpoint.withSubprotocols("ok", "a b"))
                .withMessageContaining("\"a b\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> endpoint.withSubprotocols("a", "b", "a"))
                .withMessageContaining("unique");
        assertThatIllegalArgumentException().isThrownBy(() -> endpoint.withSubprotocols("a".repeat(257)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> endpoint.withSubprotocols(
                        IntStream.range(0, 33).mapToObj(i -> "v" + i).toArray(String[]::new)))
                .withMessageContaining("32 at most");
        assertThatCode(() -> endpoint.withSubprotocols("a".repeat(256))).doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseToServeNothing() {
        builder.listen("127.0.0.1", 0);
        assertThatIllegalStateException().isThrownBy(builder::build).withMessageContaining("nothing to serve");
        assertThatCode(() -> builder.http("/", OK).build()).doesNotThrowAnyException();
    }

    @Test
    void shouldServeAPathToAcceptFromAlone() {
        assertThatCode(() -> builder.listen("127.0.0.1", 0).accepting("/", 1).build())
                .doesNotThrowAnyException();
    }

    /** It has a thread already; on workers it would hold one for its whole life. */
    @Test
    void shouldRefuseAConversationOnWorkers() {
        final WebSocketHandler body = Conversation.handler(Conversation::close);
        for (final WebSocketHandler handler : new WebSocketHandler[] {body, new AcceptQueue(1).handler()}) {
            final WebSocketServerBuilder one = WebSocketServer.builder().listen("127.0.0.1", 0);
            one.endpoint("/talk", Endpoint.of(handler).onWorkers());
            assertThatIllegalStateException()
                    .isThrownBy(one::build)
                    .withMessageContaining("the endpoint at /talk is a conversation")
                    .withMessageContaining("onWorkers()");
        }
    }
}
