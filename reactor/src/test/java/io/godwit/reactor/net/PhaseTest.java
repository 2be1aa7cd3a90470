package io.godwit.reactor.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhaseTest {

    @ParameterizedTest
    @CsvSource({
        "OPEN, FINISH, FINISHING",
        "FINISHING, FINISH, FINISHING",
        "FINISHING, LAST_BYTE_LEFT, LINGERING",
        "FINISHING, END, ENDED",
        "LINGERING, FINISH, LINGERING",
        "LINGERING, ABORT, ABORTED",
        "LINGERING, END, ENDED",
        "OPEN, ABORT, ABORTED",
        "FINISHING, ABORT, ABORTED",
        "ABORTED, ABORT, ABORTED",
        "ABORTED, FINISH, ABORTED",
        "ABORTED, END, ENDED",
        "ENDED, FINISH, ENDED",
        "ENDED, ABORT, ENDED",
    })
    void shouldGoOnAndNeverBack(final Phase from, final Phase.Event event, final Phase to) {
        assertThat(from.on(event)).isEqualTo(to);
        assertThat(to).isGreaterThanOrEqualTo(from);
    }

    @ParameterizedTest
    @CsvSource({
        "OPEN, LAST_BYTE_LEFT",
        "LINGERING, LAST_BYTE_LEFT",
        "ABORTED, LAST_BYTE_LEFT",
        "ENDED, LAST_BYTE_LEFT",
        "OPEN, END",
        "ENDED, END",
    })
    void shouldRefuseWhatCannotHappen(final Phase from, final Phase.Event event) {
        assertThatThrownBy(() -> from.on(event))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(event + " where a connection is " + from);
    }
}
