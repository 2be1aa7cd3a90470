package io.godwit.config.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnouncementTest {

    @Test
    void shouldHavePrintedWhenItWasAwaited() throws InterruptedException {
        final StringWriter out = new StringWriter();
        Announcement.of(new PrintWriter(out), List.of("a", "b")).await();
        assertThat(out).hasToString("a\nb\n");
    }

    /** This test ends: neither of the calls waits for the reader, who never comes. */
    @Test
    void shouldHoldUpNobodyIfNobodyReads() throws InterruptedException, IOException {
        try (PipedReader silent = new PipedReader(1)) {
            Announcement.of(new PrintWriter(new PipedWriter(silent)), List.of("longer than the pipe"))
                    .await();
            assertThat(silent.ready()).isTrue();
        }
    }
}
