package io.godwit.config.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.AdmissionLimits;
import org.junit.jupiter.api.Test;

class OpenFilesTest {
    private static final AdmissionLimits THOUSAND = new AdmissionLimits(1_000, 500, 10);

    @Test
    void shouldSayNothingIfThereIsRoomForAllConnections() {
        assertThat(OpenFiles.judge(THOUSAND, 1_050, 50)).isEmpty();
    }

    @Test
    void shouldTellForHowManyConnectionsThereIsRoom() {
        assertThat(OpenFiles.judge(THOUSAND, 1_049, 50))
                .contains(
                        "connections-max is 1000, but the process may have only 1049 files open, which leaves room for"
                                + " 999 connections; further ones will not be accepted: raise the limit (ulimit -n) or lower"
                                + " connections-max");
        assertThat(OpenFiles.judge(THOUSAND, 20, 50).orElseThrow()).contains("room for 0 connections");
    }

    @Test
    void shouldAskThisProcess() {
        assertThat(OpenFiles.judge(new AdmissionLimits(1, 1, 1))).isEmpty();
    }
}
