package io.godwit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.testkit.Bytes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The seam for RFC 7692, proved by a toy. */
class MessageExtensionTest {
    private static final ProtocolLimits LIMITS = new ProtocolLimits(100, 300, 10);

    record Row(String rule, String wire, List<String> events) {}

    static Stream<Row> rows() {
        return Stream.of(
                new Row("whole", "c1 04 02610362", List.of("text aabbb")),
                new Row("unmarked passes by", "81 02 0261", List.of("text \2a")),
                new Row("empty", "c1 00 .", List.of("text")),
                new Row("fragments, cut inside a pair", "41 01 02 00 02 6103 80 01 62", List.of("text aabbb")),
                new Row("a ping between", "42 01 02 89 00 . 80 01 ff", List.of("> 8a", "ping", "binary ffff")),
                new Row("marked, then not", "c1 02 0161 81 01 62", List.of("text a", "text b")),
                new Row("more than one slice comes out", "c2 02 28aa", List.of("binary " + "aa".repeat(40))),
                new Row("the limit holds for what comes out", "c2 04 ff002d00", List.of("binary " + "00".repeat(300))),
                new Row("a bomb", "c2 08 ff002e!00ff00ff00", Endpoint.failed(ProtocolViolation.MESSAGE_TOO_BIG)),
                new Row("UTF-8 of what comes out", "c1 04 01e20128!", Endpoint.failed(ProtocolViolation.INVALID_UTF8)),
                new Row("text ends inside a character", "c1 02 01e2!", Endpoint.failed(ProtocolViolation.INVALID_UTF8)),
                new Row("what cannot be decoded", "c1 02 00!61", Endpoint.failed(ProtocolViolation.EXTENSION_DATA)),
                new Row("ends inside a pair", "41 01 02 80 00 .!", Endpoint.failed(ProtocolViolation.EXTENSION_DATA)),
                new Row("on a continuation", "41 01 02 c0! 01 61", Endpoint.failed(ProtocolViolation.RESERVED_BITS)),
                new Row("on a control frame", "c9! 00 .", Endpoint.failed(ProtocolViolation.RESERVED_BITS)),
                new Row("another bit", "a1! 00 .", Endpoint.failed(ProtocolViolation.RESERVED_BITS)),
                new Row("both bits", "e1! 00 .", Endpoint.failed(ProtocolViolation.RESERVED_BITS)),
                new Row("a frame too big on the wire", "c1 65! 61", Endpoint.failed(ProtocolViolation.FRAME_TOO_BIG)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void shouldDecodeWhatIsMarkedOnBothRolesHoweverItIsCut(final Row row) {
        for (final Role role : Role.values()) {
            for (final boolean fragments : new boolean[] {false, true}) {
                for (final boolean byteByByte : new boolean[] {false, true}) {
                    final RunLengthExtension extension = new RunLengthExtension();
                    final Endpoint endpoint = new Endpoint(
                            role, b -> b.limits(LIMITS).extension(extension).deliverFragments(fragments));
                    final byte[] bytes = Wire.to(role, row.wire).bytes;
                    for (int i = 0; i < bytes.length; i += byteByByte ? 1 : bytes.length) {
                        endpoint.receive(byteByByte ? new byte[] {bytes[i]} : bytes);
                    }
                    assertThat(endpoint.events()).isEqualTo(row.events);
                    assertThat(extension.released).isZero();
                    endpoint.end();
                    endpoint.protocol.endOfInput();
                    assertThat(extension.released).isOne();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldEncodeWholeMessagesUnlessItDeclines(final Role role) {
        final Endpoint endpoint =
                new Endpoint(role, b -> b.extension(new RunLengthExtension()).fragmentBytes(4));
        endpoint.protocol.sendText("aaab");
        endpoint.protocol.send(Opcode.BINARY, Bytes.heap((byte) 7, (byte) 7));
        endpoint.protocol.send(Opcode.TEXT, Bytes.direct(Bytes.utf8("abc")));
        endpoint.protocol.sendFragment(Opcode.TEXT, Bytes.heap(Bytes.utf8("aaaa")), true);

        assertThat(endpoint.events())
                .containsExactly("> c1 03610162", "> 82 0707", "> 41 01610162", "> 80 0163", "> 81 61616161");
        assertThat(endpoint.output.reserved).containsExactly(Opcode.TEXT, Opcode.BINARY, Opcode.TEXT, Opcode.TEXT);
        endpoint.end();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldTellTheExtensionWhatWasNotSent(final Role role) {
        final RunLengthExtension extension = new RunLengthExtension();
        final Endpoint endpoint = new Endpoint(role, b -> b.extension(extension));
        endpoint.output.full = true;
        assertThat(endpoint.protocol.sendText("aaaa")).isFalse();
        assertThat(endpoint.protocol.sendText("a")).isFalse();
        assertThat(extension.dropped).isOne();
        endpoint.end();
    }

    @Test
    void shouldReleaseTheExtensionOnlyWhenTheCallbackHasReturned() {
        final RunLengthExtension extension = new RunLengthExtension();
        final Endpoint endpoint = new Endpoint(Role.SERVER, b -> b.extension(extension));
        endpoint.log.then = event -> {
            endpoint.protocol.endOfInput();
            assertThat(extension.released).isZero();
        };
        endpoint.receive("c1 02 0161 c1 02 0162");
        assertThat(endpoint.events()).containsExactly("text a");
        assertThat(extension.released).isOne();
        assertThat(endpoint.buffers.lent()).isZero();
    }

    /** One slice of the wire may come out as many: none of them after the end. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldHandOnNothingMoreOnceACallbackHasEndedTheInput(final Role role) {
        final RunLengthExtension extension = new RunLengthExtension();
        final Endpoint endpoint = new Endpoint(role, b -> b.extension(extension).deliverFragments(true));
        endpoint.log.then = event -> endpoint.protocol.endOfInput();
        endpoint.receive("c2 02 28aa");
        assertThat(endpoint.log.fragments).isOne();
        assertThat(extension.released).isOne();
        endpoint.end();
    }
}
