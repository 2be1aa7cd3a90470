package io.godwit.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.godwit.bench.load.Load;
import io.godwit.bench.load.LoadOptions;
import io.netty.channel.epoll.Epoll;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each server does what it has to: whoever did less would look cheaper. */
class PeerTest {

    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    @ParameterizedTest
    @EnumSource(Peer.class)
    void shouldEchoText(final Peer peer) throws Exception {
        load(peer, new Service(1_024, true, false), "--connections", "5", "--depth", "16");
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void shouldEchoLongBinaryMessages(final Peer peer) throws Exception {
        load(peer, new Service(65_536, false, false), "--connections", "2");
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void shouldBroadcast(final Peer peer) throws Exception {
        load(peer, new Service(100, true, true), "--connections", "20");
        load(peer, new Service(100, false, true), "--connections", "20");
    }

    @Test
    void shouldBeFoundByKey() {
        for (final Peer peer : Peer.values()) {
            assertThat(Peer.of(peer.key())).isEqualTo(peer);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Peer.of("nginx"))
                .withMessageContaining("godwit-workers, netty-epoll");
    }

    private static void load(final Peer peer, final Service service, final String... options) throws Exception {
        assumeThat(peer != Peer.NETTY_EPOLL || Epoll.isAvailable()).isTrue();
        try (PeerServer server = peer.start(service)) {
            final List<String> args = new ArrayList<>(List.of(options));
            args.addAll(List.of("--url", "ws://127.0.0.1:" + server.port() + PeerServer.PATH));
            args.addAll(List.of("--size", Integer.toString(service.payloadBytes())));
            args.addAll(List.of("--warmup", "0", "--seconds", "0.2"));
            if (service.isText()) {
                args.add("--text");
            }
            if (service.isBroadcast()) {
                args.add("--broadcast");
            }
            if (!peer.isEcho()) {
                args.add("--unchecked");
            }
            assertThat(new Load(LoadOptions.parse(args.toArray(String[]::new)), NOWHERE)
                            .run()
                            .messages())
                    .isPositive();
        }
    }
}
