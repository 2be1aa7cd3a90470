package io.godwit.core.frame;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloseCodeTest {

    @ParameterizedTest
    @CsvSource({
        "0, false",
        "999, false",
        "1000, true",
        "1001, true",
        "1002, true",
        "1003, true",
        "1004, false",
        "1005, false",
        "1006, false",
        "1007, true",
        "1008, true",
        "1009, true",
        "1010, true",
        "1011, true",
        "1012, true",
        "1013, true",
        "1014, true",
        "1015, false",
        "1016, false",
        "1100, false",
        "2000, false",
        "2999, false",
        "3000, true",
        "3003, true",
        "3008, true",
        "3999, true",
        "4000, true",
        "4999, true",
        "5000, false",
        "65535, false",
        "-1, false"
    })
    void shouldKnowWhatMayBeOnTheWire(final int code, final boolean valid) {
        assertThat(CloseCode.isValidOnWire(code)).isEqualTo(valid);
        assertThat(CloseCode.isSendable(code)).isEqualTo(valid);
    }

    @ParameterizedTest
    @CsvSource({
        "1000, Normal Closure",
        "1001, Going Away",
        "1002, Protocol error",
        "1003, Unsupported Data",
        "1004, Reserved",
        "1005, No Status Rcvd",
        "1006, Abnormal Closure",
        "1007, Invalid frame payload data",
        "1008, Policy Violation",
        "1009, Message Too Big",
        "1010, Mandatory Ext.",
        "1011, Internal Error",
        "1012, Service Restart",
        "1013, Try Again Later",
        "1014, Bad Gateway",
        "1015, TLS handshake",
        "3000, Unauthorized",
        "3003, Forbidden",
        "3008, Timeout",
        "1016, unassigned",
        "3001, unassigned",
        "4000, private use",
        "4999, private use",
        "5000, not a close code",
        "999, not a close code"
    })
    void shouldNameEveryCode(final int code, final String name) {
        assertThat(CloseCode.nameOf(code)).isEqualTo(name);
    }

    @Test
    void shouldFailConnectionsWithCodesAndTextsThatFitIntoACloseFrame() {
        for (final ProtocolViolation violation : ProtocolViolation.values()) {
            assertThat(CloseCode.isSendable(violation.closeCode()))
                    .as("%s", violation)
                    .isTrue();
            assertThat(violation.section()).as("%s", violation).matches("RFC \\d{4} §[\\d.]+");
            assertThat(violation.text()).as("%s", violation).matches("[ -~]{1,123}|.*UTF-8");
        }
    }
}
