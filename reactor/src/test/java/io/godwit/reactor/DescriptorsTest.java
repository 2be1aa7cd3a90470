package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.godwit.embedder.CountingServer;
import io.godwit.reactor.metrics.Metric;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that runs out of descriptors, in a process that may have few of them. */
class DescriptorsTest {

    private static final int DESCRIPTORS_MAX = 200;

    private static long count(final RawPeer peer, final Metric metric) throws IOException {
        return Long.parseLong(peer.sendText(metric.name()).readFrame().text());
    }

    private static Process start() throws IOException {
        final String java =
                Path.of(System.getProperty("java.home"), "bin", "java").toString();
        final ProcessBuilder builder = new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n " + DESCRIPTORS_MAX + " && exec \"$@\"",
                "sh",
                java,
                "-cp",
                System.getProperty("java.class.path"),
                CountingServer.class.getName());
        return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    @Test
    void shouldPauseAcceptingAndServeOn() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the shell's limit holds elsewhere in other ways");
        final Process process = start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            final int port = Integer.parseInt(out.readLine());
            // What a message and the end of a connection take is loaded while there are descriptors for it.
            try (RawPeer first = RawPeer.open(port, "/")) {
                assertThat(count(first, Metric.CONNECTIONS_OPEN)).isOne();
                first.reset();
            }
            try (RawPeer peer = RawPeer.open(port, "/")) {
                runsOut(port, peer);
            }
            process.getOutputStream().close();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void runsOut(final int port, final RawPeer peer) throws IOException {
        final List<RawPeer> others = new ArrayList<>();
        for (int i = 0; i < DESCRIPTORS_MAX; i++) {
            others.add(new RawPeer(port));
        }
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (count(peer, Metric.ACCEPT_PAUSES) == 0) {
            assertThat(System.nanoTime()).isLessThan(endNs);
        }
        final long pauses = count(peer, Metric.ACCEPT_PAUSES);
        final int rounds = 200;
        for (int i = 0; i < rounds; i++) {
            assertThat(count(peer, Metric.CONNECTIONS_OPEN)).isLessThan(DESCRIPTORS_MAX);
        }
        // A loop that spins tries again in each cycle, and each of these messages took one at least.
        assertThat(count(peer, Metric.ACCEPT_PAUSES) - pauses).isLessThan(rounds / 2);
        for (final RawPeer other : others) {
            other.reset();
        }
        try (RawPeer late = RawPeer.open(port, "/")) {
            assertThat(count(late, Metric.CONNECTIONS_ACCEPTED)).isGreaterThan(2);
        }
    }
}
