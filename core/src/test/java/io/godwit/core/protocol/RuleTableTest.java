package io.godwit.core.protocol;

import static io.godwit.core.frame.ProtocolViolation.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.testkit.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of RFC 6455 as rows: each runs on both roles, as a whole and byte by byte. Notation: {@link Wire}. */
class RuleTableTest {
    private static final ProtocolLimits LIMITS = new ProtocolLimits(300, 400, 4);

    record Row(String section, String autobahn, String rule, String wire, List<String> events) {
        @Override
        public String toString() {
            return "§" + section + " " + rule + " (" + autobahn + "): "
                    + (wire.length() > 60 ? wire.substring(0, 60) : wire);
        }
    }

    private static Row row(
            final String section, final String autobahn, final String rule, final String wire, final String... events) {
        return new Row(section, autobahn, rule, wire, List.of(events));
    }

    private static Row bad(
            final String section,
            final String autobahn,
            final ProtocolViolation violation,
            final String wire,
            final String... before) {
        final List<String> events = new ArrayList<>(List.of(before));
        events.addAll(Endpoint.failed(violation));
        return new Row(section, autobahn, violation.name(), wire, events);
    }

    private static String payload(final int length) {
        return "61".repeat(length);
    }

    static Stream<Row> framing() {
        return Stream.of(
                row("5.2", "1.1.1", "empty text", "81 00 .", "text"),
                row("5.2", "1.2.1", "empty binary", "82 00 .", "binary"),
                row("5.2", "1.1.2", "125 bytes", "81 7d " + payload(125), "text " + "a".repeat(125)),
                row("5.2", "1.1.3", "126 bytes", "81 7e007e " + payload(126), "text " + "a".repeat(126)),
                row("5.2", "1.1.4", "127 bytes", "82 7e007f " + payload(127), "binary " + payload(127)),
                bad("5.2", "3.1", RESERVED_BITS, "91! 00 ."),
                bad("5.2", "3.2", RESERVED_BITS, "81 01 61 a1! 05 48656c6c6f", "text a"),
                bad("5.2", "3.3", RESERVED_BITS, "81 01 61 b1! 05 48656c6c6f", "text a"),
                bad("5.2", "3.4", RESERVED_BITS, "c2! 01 61"),
                bad("5.2", "3.5", RESERVED_BITS, "d2! 7e00ff"),
                bad("5.2", "3.6", RESERVED_BITS, "e9! 01 61"),
                bad("5.2", "3.7", RESERVED_BITS, "f8! 00 ."),
                bad("5.2", "3.7", RESERVED_BITS, "01 01 61 c0! 01 61"),
                bad("5.2", "4.1.1", RESERVED_OPCODE, "83! 00 ."),
                bad("5.2", "4.1.2", RESERVED_OPCODE, "84! 01 61"),
                bad("5.2", "4.1.3", RESERVED_OPCODE, "81 01 61 85! 00 .", "text a"),
                bad("5.2", "4.1.4", RESERVED_OPCODE, "86! 01 61"),
                bad("5.2", "4.1.5", RESERVED_OPCODE, "87! 00 ."),
                bad("5.2", "4.2.1", RESERVED_OPCODE, "8b! 00 ."),
                bad("5.2", "4.2.2", RESERVED_OPCODE, "8c! 01 61"),
                bad("5.2", "4.2.3", RESERVED_OPCODE, "8d! 00 ."),
                bad("5.2", "4.2.4", RESERVED_OPCODE, "8e! 00 ."),
                bad("5.2", "4.2.5", RESERVED_OPCODE, "8f! 00 ."),
                bad("5.2", "-", NON_MINIMAL_LENGTH, "81 7e007d! 61"),
                bad("5.2", "-", NON_MINIMAL_LENGTH, "82 7e0000! ."),
                bad("5.2", "-", NON_MINIMAL_LENGTH, "82 7f000000000000!ffff 61"),
                bad("5.2", "-", NON_MINIMAL_LENGTH, "82 7f000000000000!0001 61"),
                bad("5.2", "-", LENGTH_OUT_OF_RANGE, "82 7f80!00000000010000 61"),
                bad("5.2", "-", LENGTH_OUT_OF_RANGE, "82 7fff!ffffffffffffff 61"),
                bad("10.4", "-", FRAME_TOO_BIG, "82 7e012d! 61"),
                bad("10.4", "-", FRAME_TOO_BIG, "82 7f7fffffffffffffff! 61"),
                bad("10.4", "-", FRAME_TOO_BIG, "82 7f0000000100000000! 61"),
                bad("10.4", "-", MESSAGE_TOO_BIG, "02 7e00ff " + payload(255) + " 80 7e0092! 61"),
                row(
                        "10.4",
                        "-",
                        "as big as may be",
                        "02 7e00ff " + payload(255) + " 80 7e0091 " + payload(145),
                        "binary " + payload(400)),
                bad("10.4", "-", TOO_MANY_FRAGMENTS, "01 01 61 00 00 . 00 00 . 00 00 . 80 00! ."));
    }

    static Stream<Row> controlFrames() {
        return Stream.of(
                row("5.5.2", "2.1", "empty ping", "89 00 .", "> 8a", "ping"),
                row("5.5.2", "2.3", "binary ping", "89 03 00ffdc", "> 8a 00ffdc", "ping 00ffdc"),
                row(
                        "5.5.2",
                        "2.4",
                        "ping of 125",
                        "89 7d " + payload(125),
                        "> 8a " + payload(125),
                        "ping " + payload(125)),
                bad("5.5", "2.5", CONTROL_FRAME_TOO_LONG, "89 7e!007e 61"),
                bad("5.5", "-", CONTROL_FRAME_TOO_LONG, "8a 7f!0000000000010000 61"),
                bad("5.5", "7.3.6", CONTROL_FRAME_TOO_LONG, "88 7e!007e 03e8"),
                row("5.5.3", "2.7", "unsolicited pong", "8a 00 .", "pong"),
                row("5.5.3", "2.8", "unsolicited pong", "8a 02 6869 89 00 .", "pong 6869", "> 8a", "ping"),
                row("5.5.2", "2.10", "pings in order", "89 01 31 89 01 32", "> 8a 31", "ping 31", "> 8a 32", "ping 32"),
                bad("5.5", "5.1", FRAGMENTED_CONTROL_FRAME, "09! 01 61"),
                bad("5.5", "5.2", FRAGMENTED_CONTROL_FRAME, "0a! 01 61"),
                bad("5.5", "-", FRAGMENTED_CONTROL_FRAME, "08! 02 03e8"));
    }

    static Stream<Row> fragmentation() {
        return Stream.of(
                row("5.4", "5.3", "two fragments", "01 02 6162 80 01 63", "text abc"),
                row("5.4", "5.6", "a ping between", "01 02 6162 89 01 70 80 01 63", "> 8a 70", "ping 70", "text abc"),
                row("5.4", "5.8", "many", "02 01 61 00 00 . 8a 00 . 00 01 62 80 00 .", "pong", "binary 6162"),
                row("5.4", "-", "empty fragments", "01 00 . 00 00 . 80 00 .", "text"),
                row("5.4", "-", "fragments that are empty but the last", "01 00 . 80 02 6869", "text hi"),
                bad("5.4", "5.9", UNEXPECTED_CONTINUATION, "80! 01 61"),
                bad("5.4", "5.10", UNEXPECTED_CONTINUATION, "80! 00 ."),
                bad("5.4", "5.12", UNEXPECTED_CONTINUATION, "00! 01 61 80 01 61"),
                bad("5.4", "5.13", UNEXPECTED_CONTINUATION, "81 01 61 00! 01 61", "text a"),
                bad("5.4", "5.15", UNEXPECTED_CONTINUATION, "01 01 61 80 01 62 00! 01 61", "text ab"),
                bad("5.4", "5.18", EXPECTED_CONTINUATION, "01 01 61 81! 01 62"),
                bad("5.4", "-", EXPECTED_CONTINUATION, "01 01 61 02! 01 62"),
                bad("5.4", "-", EXPECTED_CONTINUATION, "02 01 61 89 00 . 01! 01 62", "> 8a", "ping"));
    }

    static Stream<Row> utf8() {
        return Stream.of(
                row("8.1", "6.2.1", "beyond ASCII", "81 05 e282acc3a4", "text €ä"),
                row("8.1", "6.2.2", "in two fragments", "01 03 e282ac 80 02 c3a4", "text €ä"),
                row("8.1", "6.2.3", "inside characters", "01 01 e2 00 01 82 80 01 ac", "text €"),
                row("5.6", "-", "binary is anything", "82 02 ff80", "binary ff80"),
                bad("8.1", "6.3.1", INVALID_UTF8, "81 14 cebae1bdb9cf83cebcceb5eda0!80656469746564"),
                bad("8.1", "6.4.1", INVALID_UTF8, "01 0b cebae1bdb9cf83cebcceb5 00 05 f490!808061"),
                bad("8.1", "6.4.2", INVALID_UTF8, "01 0c cebae1bdb9cf83cebcceb5f4 00 01 90! 00 02 8080"),
                bad("8.1", "6.6.1", INVALID_UTF8, "81 01 ce!"),
                bad("8.1", "6.6.3", INVALID_UTF8, "01 01 61 80 02 e282!"),
                bad("8.1", "-", INVALID_UTF8, "01 01 e2 80 00 .!"),
                bad("8.1", "6.8.1", INVALID_UTF8, "81 05 f8!88808080"),
                bad("8.1", "6.14.1", INVALID_UTF8, "81 01 80!"),
                bad("8.1", "6.14.3", INVALID_UTF8, "81 03 6180!61"),
                bad("8.1", "6.20.1", INVALID_UTF8, "81 02 c0!af"),
                bad("8.1", "6.20.2", INVALID_UTF8, "81 03 e080!af"),
                bad("8.1", "6.20.3", INVALID_UTF8, "81 04 f080!80af"),
                bad("8.1", "6.21.1", INVALID_UTF8, "81 03 eda0!80"));
    }

    static Stream<Row> close() {
        return Stream.of(
                row("5.5.1", "7.1.1", "echo and close", "81 01 61 88 02 03e8", "text a", "> 88 03e8", "close 1000"),
                row("5.5.1", "7.1.3", "nothing after close", "88 02 03e8 89 01 61 ff ff .", "> 88 03e8", "close 1000"),
                row("5.5.1", "7.1.5", "close within a message", "01 01 61 88 00 . 80 01 62", "> 88", "close 1005"),
                row("5.5.1", "7.3.1", "empty", "88 00 .", "> 88", "close 1005"),
                bad("5.5.1", "7.3.2", CLOSE_PAYLOAD_OF_ONE_BYTE, "88 01! 03"),
                row("5.5.1", "7.3.4", "with a reason", "88 05 03e9627965", "> 88 03e9", "close 1001 bye"),
                row(
                        "5.5.1",
                        "7.3.5",
                        "longest reason",
                        "88 7d 03e8" + payload(123),
                        "> 88 03e8",
                        "close 1000 " + "a".repeat(123)),
                bad("5.5.1", "7.5.1", CLOSE_REASON_NOT_UTF8, "88 06 03e861eda0!80"),
                bad("5.5.1", "-", CLOSE_REASON_NOT_UTF8, "88 04 03e8e282!"),
                bad("7.4", "-", BAD_CLOSE_CODE, "88 04 03ed!6162"));
    }

    static Stream<Row> rows() {
        return Stream.of(framing(), controlFrames(), fragmentation(), utf8(), close())
                .flatMap(rows -> rows);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldHoldTheRuleForWholeInput(final Row row) {
        for (final Role role : Role.values()) {
            final Endpoint endpoint = new Endpoint(role, builder -> builder.limits(LIMITS));
            endpoint.receive(row.wire);
            assertThat(endpoint.events()).as("%s", role).isEqualTo(row.events);
            endpoint.end();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldHoldTheRuleByteByByteAndJudgeAtTheFirstByteThatShowsIt(final Row row) {
        for (final Role role : Role.values()) {
            final Endpoint endpoint = new Endpoint(role, builder -> builder.limits(LIMITS));
            final Wire wire = Wire.to(role, row.wire);
            int verdictAt = wire.bytes.length;
            for (int i = 0; i < wire.bytes.length; i++) {
                endpoint.receive(wire.bytes[i]);
                if (endpoint.protocol.inputFinished()) {
                    verdictAt = Math.min(verdictAt, i + 1);
                }
            }
            assertThat(endpoint.events()).as("%s", role).isEqualTo(row.events);
            if (row.wire.contains("!")) {
                assertThat(verdictAt).as("bytes until the verdict, %s", role).isEqualTo(wire.verdictAt);
            }
            endpoint.end();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldHoldTheRuleWhereFragmentsAreDelivered(final Row row) {
        for (final Role role : Role.values()) {
            final Endpoint endpoint =
                    new Endpoint(role, builder -> builder.limits(LIMITS).deliverFragments(true));
            endpoint.receive(row.wire);
            assertThat(endpoint.events()).as("%s", role).isEqualTo(row.events);
            assertThat(endpoint.buffers.acquired).isZero();
            endpoint.end();
        }
    }

    /** §5.1: the two rules of which each is for one role. */
    @Nested
    class MaskingTest {

        @ParameterizedTest
        @EnumSource(Role.class)
        void shouldRefuseTheOtherRolesFrames(final Role role) {
            final Role other = role == Role.SERVER ? Role.CLIENT : Role.SERVER;
            final ProtocolViolation violation = role == Role.SERVER ? UNMASKED_FRAME : MASKED_FRAME;
            for (final String frame :
                    new String[] {"81 05 48656c6c6f", "81 00 .", "89 00 .", "82 7e0100 61", "88 02 03e8"}) {
                final byte[] bytes = Wire.to(other, frame).bytes;
                assertThat(new Endpoint(role).receive(bytes).end().events()).isEqualTo(Endpoint.failed(violation));
                // The second byte shows it.
                assertThat(new Endpoint(role).receive(Arrays.copyOf(bytes, 2)).events())
                        .isEqualTo(Endpoint.failed(violation));
            }
        }
    }

    /** §7.4: every code there is. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void shouldJudgeEveryCloseCode(final Role role) {
        for (int code = 0; code <= 0xFFFF; code++) {
            if (code > 5_100 && code % 997 != 0) {
                continue;
            }
            final boolean valid =
                    code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000 && code <= 4999;
            final List<String> expected = valid
                    ? List.of(String.format("> 88 %04x", code), "close " + code)
                    : Endpoint.failed(BAD_CLOSE_CODE);
            final Endpoint endpoint = new Endpoint(role);
            endpoint.receive(String.format("88 02 %04x", code));
            assertThat(endpoint.events()).as("%d", code).isEqualTo(expected);
            assertThat(endpoint.protocol.closeCode()).isEqualTo(valid ? code : 1006);
            assertThat(endpoint.protocol.readyState()).isEqualTo(valid ? ReadyState.CLOSED : ReadyState.CLOSING);
        }
    }

    /** §5.7: the RFC's own examples. */
    @Nested
    class ExamplesTest {
        private static final String HELLO = "48656c6c6f";

        record Example(Role receiver, String hex, List<String> events) {}

        static Stream<Example> examples() {
            return Stream.of(
                    new Example(Role.CLIENT, "81 05 48 65 6c 6c 6f", List.of("text Hello")),
                    new Example(Role.SERVER, "81 85 37 fa 21 3d 7f 9f 4d 51 58", List.of("text Hello")),
                    new Example(Role.CLIENT, "01 03 48 65 6c 80 02 6c 6f", List.of("text Hello")),
                    new Example(Role.CLIENT, "89 05 48 65 6c 6c 6f", List.of("> 8a " + HELLO, "ping " + HELLO)),
                    new Example(Role.SERVER, "8a 85 37 fa 21 3d 7f 9f 4d 51 58", List.of("pong " + HELLO)),
                    new Example(Role.CLIENT, "82 7E 0100" + payload(256), List.of("binary " + payload(256))),
                    new Example(
                            Role.CLIENT,
                            "82 7F 0000000000010000" + payload(65_536),
                            List.of("binary " + payload(65_536))),
                    new Example(Role.CLIENT, "81 32" + payload(50), List.of("text " + "a".repeat(50))));
        }

        @ParameterizedTest
        @MethodSource("examples")
        void shouldReadTheExamples(final Example example) {
            assertThat(new Endpoint(example.receiver)
                            .receive(Bytes.hex(example.hex))
                            .end()
                            .events())
                    .isEqualTo(example.events);
        }
    }
}
