package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.godwit.embedder.CountingServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A process that is stopped for longer than its peers may be silent, as by a debugger, or with its container. */
@Tag("system")
class StoppedProcessIT {

    private static final int CLIENTS = 200;
    private static final int LIMIT_SECONDS = 20;
    private static final byte[] QUESTION = RawPeer.frame(0x81, "IDLE_TIMEOUTS".getBytes());

    /** Within its payload. */
    private static final int CUT = QUESTION.length - 5;

    private static void signal(final Process process, final String name) throws IOException, InterruptedException {
        final Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    /** Nothing else is what this is about: the process has to have been stopped for longer than the limit. */
    private static void passTheLimit() throws InterruptedException {
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS + LIMIT_SECONDS / 4);
        for (long left = endNs - System.nanoTime(); left > 0; left = endNs - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    /** Half of them have just begun a message, of which the rest comes while nobody can read it. */
    @Test
    void shouldCloseNobodyForTheSilenceInWhichItWasStopped() throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/proc/self")), "signals of a system that has them");
        final Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CountingServer.class.getName(),
                        Integer.toString(LIMIT_SECONDS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final List<RawPeer> peers = new ArrayList<>();
        try (BufferedReader output = process.inputReader()) {
            final int port = Integer.parseInt(output.readLine());
            for (int i = 0; i < CLIENTS; i++) {
                peers.add(RawPeer.open(port, "/"));
            }
            for (final RawPeer peer : peers) {
                peer.send(QUESTION);
                assertThat(peer.readFrame().text()).isEqualTo("0");
            }
            for (int i = 0; i < CLIENTS; i += 2) {
                peers.get(i).send(Arrays.copyOf(QUESTION, CUT));
            }
            signal(process, "STOP");
            for (int i = 0; i < CLIENTS; i++) {
                final int sent = i % 2 == 0 ? CUT : 0;
                peers.get(i).send(Arrays.copyOfRange(QUESTION, sent, QUESTION.length));
            }
            passTheLimit();
            signal(process, "CONT");
            for (final RawPeer peer : peers) {
                assertThat(peer.readFrame().text()).as("idle timeouts").isEqualTo("0");
            }
            for (final RawPeer peer : peers) {
                peer.send(RawPeer.closeFrame(1000));
                assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
            }
            process.outputWriter().close();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
            for (final RawPeer peer : peers) {
                peer.close();
            }
        }
    }
}
