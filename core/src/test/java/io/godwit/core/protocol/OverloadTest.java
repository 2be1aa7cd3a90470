package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.testkit.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where there is no memory to keep what is incomplete, the connection is failed with 1013 (RFC 6455 §10.4). */
class OverloadTest {

    private static Endpoint withMemory(final Role role, final long bytes) {
        final Endpoint endpoint = new Endpoint(role);
        endpoint.buffers.budgetBytes = bytes;
        return endpoint;
    }

    private static List<String> overloadedAfter(final String... events) {
        final List<String> all = new ArrayList<>(List.of(events));
        all.addAll(Endpoint.failed(ProtocolViolation.OVERLOADED));
        return all;
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldNeedNoMemoryForWhatComesWhole(final Role role) {
        final Endpoint endpoint = withMemory(role, 0).receive("81 02 6162 89 01 63 01 00 . 80 02 6465");
        assertThat(endpoint.events()).containsExactly("text ab", "> 8a 63", "ping 63", "text de");
        endpoint.end();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldFailWhereAMessageCannotBeKept(final Role role) {
        final Endpoint endpoint = withMemory(role, 0).receive("81 01 61 01 01 62 80 01 63 81 01 64");
        assertThat(endpoint.events()).isEqualTo(overloadedAfter("text a"));
        assertThat(endpoint.protocol.readyState()).isEqualTo(ReadyState.CLOSING);
        endpoint.end();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldFailWhereAMessageGrowsPastWhatThereIs(final Role role) {
        final Endpoint endpoint = withMemory(role, 300).receive("02 7d " + "61".repeat(125));
        endpoint.receive("00 7d " + "61".repeat(125));
        assertThat(endpoint.events()).isEmpty();
        endpoint.receive("80 7d " + "61".repeat(125));
        assertThat(endpoint.events()).isEqualTo(overloadedAfter());
        endpoint.end();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldFailWhereTheLastSliceCannotBeKept(final Role role) {
        final Endpoint endpoint = withMemory(role, 300).receive("02 7d " + "61".repeat(125));
        endpoint.receive("00 7d " + "61".repeat(125) + " 80 0a " + "62".repeat(10));
        assertThat(endpoint.events()).isEqualTo(overloadedAfter());
        endpoint.end();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldFailWhereAControlFrameCannotBeKept(final Role role) {
        final Endpoint endpoint = withMemory(role, 0);
        final byte[] ping = Wire.frame(role, 0x89, Bytes.hex("616263"));
        for (int i = 0; i < ping.length; i++) {
            endpoint.receive(ping[i]);
        }
        assertThat(endpoint.events()).isEqualTo(overloadedAfter());
        endpoint.end();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldNotSendWhatCannotBeEncodedAndGoOn(final Role role) {
        final Endpoint endpoint = new Endpoint(role, builder -> builder.extension(new RunLengthExtension()));
        endpoint.buffers.budgetBytes = 0;
        assertThat(endpoint.protocol.sendText("abc")).isFalse();
        assertThat(endpoint.protocol.send(Opcode.TEXT, Bytes.heap(Bytes.utf8("ab"))))
                .isTrue();
        endpoint.buffers.budgetBytes = 1_000;
        assertThat(endpoint.protocol.sendText("cde")).isTrue();
        assertThat(endpoint.events()).containsExactly("> 81 6162", "> c1 016301640165");
        endpoint.end();
    }

    /** Room for the frames is all that it takes: whoever is refused that learns of it when there is some. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldNeedNoMemoryToSplitText(final Role role) {
        for (final int fragmentBytes : new int[] {1, 3, 40, 126, 300, 70_000}) {
            final Endpoint endpoint = new Endpoint(
                    role, builder -> builder.fragmentBytes(fragmentBytes).maskingKeys(() -> 0x1234_5678));
            endpoint.buffers.budgetBytes = 0;
            for (final int times : new int[] {1, 9, 25, 66, 14_001}) {
                final String text = "aé€𝄞b".repeat(times);
                assertThat(endpoint.protocol.sendText(text)).isTrue();
                final byte[] split = endpoint.output.drain();
                assertThat(endpoint.protocol.send(Opcode.TEXT, Bytes.heap(Bytes.utf8(text))))
                        .isTrue();
                assertThat(split).isEqualTo(endpoint.output.drain());
            }
            endpoint.end();
        }
    }
}
