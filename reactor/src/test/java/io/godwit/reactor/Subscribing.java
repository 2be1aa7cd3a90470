package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Subscribes whoever opens. */
class Subscribing extends Recorder {

    static final int PEERS = 20;

    private final Topic topic;

    Subscribing(final Topic topic) {
        this.topic = topic;
    }

    @Override
    public void onOpen(final WebSocket socket) {
        assertThat(topic.subscribe(socket)).isTrue();
        super.onOpen(socket);
    }

    @Override
    public void onClose(final WebSocket socket, final int code, final String reason) {
        events.add("left " + topic.isSubscribed(socket) + " " + topic.subscribe(socket));
    }

    static List<RawPeer> open(final int port, final int count) throws IOException {
        final List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(RawPeer.open(port, "/"));
        }
        return peers;
    }

    static List<RawPeer> openStepped(final WebSocketServer server, final Topic topic, final int count)
            throws IOException {
        final List<RawPeer> peers = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            final RawPeer peer = new RawPeer(server.port()).send(RawPeer.upgrade("/"));
            while (topic.subscriberCount() < i) {
                server.doWork();
            }
            assertThat(peer.readHead()).startsWith("HTTP/1.1 101 ");
            peers.add(peer);
        }
        return peers;
    }

    static void closeAll(final List<RawPeer> peers) throws IOException {
        for (final RawPeer peer : peers) {
            peer.close();
        }
    }
}
