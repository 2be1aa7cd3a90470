package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.MaskingKeys;
import io.godwit.core.frame.Opcode;
import io.godwit.core.testkit.Bytes;
import io.godwit.core.testkit.Seed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client and a server, joined by nothing but arrays of bytes. */
class BackToBackTest {
    private final Endpoint client = new Endpoint(Role.CLIENT);
    private final Endpoint server = new Endpoint(Role.SERVER);

    @Test
    void shouldCarryMessagesBothWays() {
        client.protocol.sendText("Hello");
        client.protocol.sendFragment(Opcode.BINARY, Bytes.heap((byte) 1), false);
        client.protocol.ping(Bytes.heap((byte) 9));
        client.protocol.sendFragment(Opcode.CONTINUATION, Bytes.heap((byte) 2), true);
        server.protocol.sendText("€");
        carry(client, server, new Random(1));

        assertThat(received(server)).containsExactly("text Hello", "ping 09", "binary 0102");
        assertThat(received(client)).containsExactly("text €", "pong 09");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldCloseFromEitherSide(final Role first) {
        final Endpoint closing = first == Role.CLIENT ? client : server;
        final Endpoint answering = first == Role.CLIENT ? server : client;
        closing.protocol.close(3000, "go");
        answering.protocol.sendText("too late to be seen");
        carry(client, server, new Random(2));

        assertThat(received(answering)).containsExactly("close 3000 go");
        assertThat(received(closing)).containsExactly("close 3000");
        assertThat(closing.protocol.readyState()).isEqualTo(ReadyState.CLOSED);
        assertThat(answering.protocol.readyState()).isEqualTo(ReadyState.CLOSED);
    }

    @Test
    void shouldCloseFromBothSidesAtOnce() {
        client.protocol.close(1000, "");
        server.protocol.close(1001, "bye");
        carry(client, server, new Random(3));

        assertThat(received(client)).containsExactly("close 1001 bye");
        assertThat(received(server)).containsExactly("close 1000");
        assertThat(client.protocol.readyState()).isEqualTo(ReadyState.CLOSED);
        assertThat(server.protocol.readyState()).isEqualTo(ReadyState.CLOSED);
    }

    @Test
    void shouldArriveAsSentWhateverTheSettings() {
        Seed.forEach(300, random -> {
            final boolean fromClient = random.nextBoolean();
            final boolean extended = random.nextBoolean();
            final Endpoint from = endpoint(random, fromClient ? Role.CLIENT : Role.SERVER, extended);
            final Endpoint to = endpoint(random, fromClient ? Role.SERVER : Role.CLIENT, extended);
            final List<String> expected = new ArrayList<>();
            for (int messages = random.nextInt(10); messages > 0; messages--) {
                final String text = "aé€𝄞".repeat(random.nextInt(70)) + "b".repeat(random.nextInt(300));
                if (random.nextBoolean()) {
                    expected.add(("text " + text).trim());
                    assertThat(from.protocol.sendText(text)).isTrue();
                } else {
                    final ByteBuffer bytes =
                            random.nextBoolean() ? Bytes.heap(Bytes.utf8(text)) : Bytes.direct(Bytes.utf8(text));
                    expected.add(("binary " + Bytes.hex(bytes)).trim());
                    assertThat(from.protocol.send(Opcode.BINARY, bytes)).isTrue();
                }
            }
            carry(from, to, random);
            assertThat(received(to)).isEqualTo(expected);
            from.end();
            to.end();
        });
    }

    private static Endpoint endpoint(final Random random, final Role role, final boolean extended) {
        // Not so short that a message would have more frames than the other side takes.
        final int fragmentBytes = random.nextBoolean() ? 0 : 4 + random.nextInt(400);
        final boolean fragments = random.nextBoolean();
        return new Endpoint(
                role,
                builder -> builder.maskingKeys(MaskingKeys.secure())
                        .fragmentBytes(fragmentBytes)
                        .deliverFragments(fragments)
                        .extension(extended ? new RunLengthExtension() : null));
    }

    private static void carry(final Endpoint one, final Endpoint other, final Random random) {
        boolean moved = true;
        while (moved) {
            moved = carryOneWay(one, other, random) | carryOneWay(other, one, random);
        }
    }

    private static boolean carryOneWay(final Endpoint from, final Endpoint to, final Random random) {
        final byte[] bytes = from.output.drain();
        for (int index = 0; index < bytes.length; ) {
            final int end = Math.min(bytes.length, index + 1 + random.nextInt(64));
            to.receive(Arrays.copyOfRange(bytes, index, end));
            index = end;
        }
        return bytes.length > 0;
    }

    private static List<String> received(final Endpoint endpoint) {
        return endpoint.events().stream()
                .filter(event -> !event.startsWith(">"))
                .toList();
    }
}
