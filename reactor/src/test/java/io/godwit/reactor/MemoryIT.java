package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.embedder.BesiegedServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Servers with all their defaults in JVMs with little memory, besieged by peers that make them hold as much as they can. Each
 * JVM ends at its first OutOfMemoryError, whoever would have caught it; and those who do nothing of the sort are answered
 * throughout.
 */
class MemoryIT {

    /** A few hundred use up the memory of the smallest heap. */
    private static final int HALF_MESSAGES = 1_000;

    private static final int MANY_HALF_MESSAGES = 4_000;
    private static final int PART_BYTES = 33_000;
    private static final int DEAF_PEERS = 400;
    private static final int SUBSCRIBERS = 200;
    private static final int ROUNDS = 300;
    private static final int LONG_BYTES = 20_000_000;
    private static final int LONG_MESSAGES = 20;

    /** How often the bystanders are answered after each step of a siege, and once it has been laid. */
    private static final int STEP_ECHOES = 1;

    private static final int SIEGE_ECHOES = 100;

    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    private Path output;

    /** The server's process. */
    private final class Besieged implements AutoCloseable {
        private final Process process;
        private final BufferedReader out;
        private final int port;

        Besieged(final int loops, final int longBytes, final String... options) throws IOException {
            final List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-XX:+ExitOnOutOfMemoryError");
            command.addAll(Arrays.asList(options));
            final String classPath = EmbedderIT.placeOf(BesiegedServer.class) + File.pathSeparator + EmbedderIT.JARS;
            command.addAll(List.of(
                    "-cp",
                    classPath,
                    BesiegedServer.class.getName(),
                    Integer.toString(loops),
                    Integer.toString(longBytes)));
            final ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors().toFile());
            builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
            process = builder.start();
            out = process.inputReader(StandardCharsets.UTF_8);
            port = Integer.parseInt(out.readLine());
        }

        /** {@return how many bytes it holds, how many threads have ended by an error, and how it is} */
        String figures() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            return out.readLine();
        }

        /** Waits until nothing is held any more, now that nobody makes it hold anything. */
        void awaitNothingHeld() throws IOException {
            final long endNs = System.nanoTime() + WAIT_NS;
            String told = figures();
            while (!told.equals("0 0 SERVING")) {
                assertThat(System.nanoTime()).as("it tells " + told).isLessThan(endNs);
                told = figures();
            }
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            try {
                assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                process.destroyForcibly();
            }
            final String told = Files.readString(errors());
            assertThat(process.exitValue()).as("exit status; it told: " + told).isZero();
            assertThat(told).doesNotContain("OutOfMemoryError", "SEVERE", "ERROR");
        }
    }

    private Path errors() {
        return output.resolve("err");
    }

    /** Those who send a short message now and then, and wait for its echo: one whose handler runs on the loop, one on workers. */
    private static final class Bystanders implements AutoCloseable {
        private final RawPeer onLoop;
        private final RawPeer onWorkers;
        private int echoes;

        Bystanders(final int port) throws IOException {
            onLoop = RawPeer.open(port, "/echo");
            onWorkers = RawPeer.open(port, "/echo-on-workers");
        }

        /** Has both answered some times. */
        void exchange(final int times) throws IOException {
            for (int i = 0; i < times; i++) {
                exchange(onLoop);
                exchange(onWorkers);
                echoes++;
            }
        }

        private void exchange(final RawPeer peer) throws IOException {
            peer.sendText("still there?");
            RawPeer.Frame frame = peer.readFrame();
            while (frame.opcode() == 0x9) {
                peer.send(RawPeer.frame(0x8A, frame.payload()));
                frame = peer.readFrame();
            }
            final RawPeer.Frame answer = frame;
            assertThat(answer.opcode())
                    .as(() -> "opcode, after " + echoes + " echoes, with close code " + answer.closeCode())
                    .isEqualTo(0x1);
            assertThat(answer.text()).isEqualTo("still there?");
        }

        @Override
        public void close() throws IOException {
            onLoop.close();
            onWorkers.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"64, 1, 4_000_000, -XX:+DisableExplicitGC", "64, 8, 500_000, -XX:-DisableExplicitGC"})
    void shouldAnswerBystandersWhateverOthersMakeItHold(
            final int mebibytes, final int loops, final String longBytes, final String flag) throws Exception {
        besiege(mebibytes, loops, longBytes, flag, HALF_MESSAGES);
    }

    @ParameterizedTest
    @Tag("system")
    @CsvSource({
        "64, 1, 4_000_000, -XX:-DisableExplicitGC",
        "64, 1, 4_000_000, -XX:+DisableExplicitGC",
        "64, 2, 2_000_000, -XX:-DisableExplicitGC",
        "64, 2, 2_000_000, -XX:+DisableExplicitGC",
        "64, 8, 500_000, -XX:-DisableExplicitGC",
        "64, 8, 500_000, -XX:+DisableExplicitGC",
        "128, 1, 8_000_000, -XX:-DisableExplicitGC",
        "128, 2, 8_000_000, -XX:+DisableExplicitGC",
        "128, 8, 1_000_000, -XX:-DisableExplicitGC",
        "128, 8, 1_000_000, -XX:+DisableExplicitGC",
        "256, 1, 20_000_000, -XX:-DisableExplicitGC",
        "256, 8, 4_000_000, -XX:+DisableExplicitGC",
    })
    void shouldAnswerBystandersForAnyHeapAndNumberOfLoops(
            final int mebibytes, final int loops, final String longBytes, final String flag) throws Exception {
        besiege(mebibytes, loops, longBytes, flag, MANY_HALF_MESSAGES);
    }

    private void besiege(
            final int mebibytes, final int loops, final String longBytes, final String flag, final int halves)
            throws Exception {
        final int bytes = Integer.parseInt(longBytes.replace("_", ""));
        try (Besieged server = new Besieged(loops, bytes, "-Xmx" + mebibytes + "m", flag)) {
            try (Bystanders bystanders = new Bystanders(server.port)) {
                for (final Siege siege : List.<Siege>of(
                        (peers, others) -> sendHalfMessages(server.port, halves, peers, others),
                        (peers, others) -> readNoReplies(server.port, peers, others),
                        (peers, others) -> readNoPublications(server.port, peers, others),
                        (peers, others) -> sendLongMessages(server.port, bytes, peers, others))) {
                    final List<RawPeer> peers = new ArrayList<>();
                    try {
                        siege.lay(peers, bystanders);
                        bystanders.exchange(SIEGE_ECHOES);
                    } finally {
                        for (final RawPeer peer : peers) {
                            peer.reset();
                        }
                    }
                }
            }
            server.awaitNothingHeld();
        }
    }

    @Test
    void shouldEchoLongMessagesWhereThereIsRoomForThemAndNobodyCollects() throws Exception {
        try (Besieged server = new Besieged(1, LONG_BYTES, "-Xmx768m", "-XX:+DisableExplicitGC")) {
            for (int i = 0; i < LONG_MESSAGES; i++) {
                try (RawPeer peer = RawPeer.open(server.port, "/long")) {
                    final FutureTask<RawPeer.Frame> echo = new FutureTask<>(peer::readFrame);
                    new Thread(echo).start();
                    peer.send(RawPeer.frame(0x82, new byte[LONG_BYTES]));
                    assertThat(echo.get(1, TimeUnit.MINUTES).payload()).hasSize(LONG_BYTES);
                }
            }
        }
    }

    private interface Siege {
        void lay(List<RawPeer> peers, Bystanders bystanders) throws IOException;
    }

    private static void sendHalfMessages(
            final int port, final int count, final List<RawPeer> peers, final Bystanders bystanders)
            throws IOException {
        final byte[] half = RawPeer.frame(0x02, new byte[PART_BYTES]);
        for (int i = 0; i < count; i++) {
            final RawPeer peer = RawPeer.open(port, "/echo");
            peers.add(peer);
            peer.send(half);
            bystanders.exchange(STEP_ECHOES);
        }
    }

    private static void readNoReplies(final int port, final List<RawPeer> peers, final Bystanders bystanders)
            throws IOException {
        final byte[] request = RawPeer.frame(0x82, new byte[100]);
        for (int i = 0; i < DEAF_PEERS; i++) {
            peers.add(RawPeer.open(port, "/workers"));
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (final RawPeer peer : peers) {
                try {
                    peer.send(request);
                } catch (final IOException e) {
                    // Closed, for what it does not read.
                }
            }
            bystanders.exchange(STEP_ECHOES);
        }
    }

    private static void readNoPublications(final int port, final List<RawPeer> peers, final Bystanders bystanders)
            throws IOException {
        for (int i = 0; i < SUBSCRIBERS; i++) {
            peers.add(RawPeer.open(port, "/topic"));
        }
        peers.add(RawPeer.open(port, "/publish"));
        bystanders.exchange(STEP_ECHOES);
    }

    /** Each is echoed, dropped, or refused with 1013. */
    private static void sendLongMessages(
            final int port, final int bytes, final List<RawPeer> peers, final Bystanders bystanders)
            throws IOException {
        final byte[] message = RawPeer.frame(0x82, new byte[bytes]);
        for (int i = 0; i < LONG_MESSAGES / 4; i++) {
            final RawPeer peer = RawPeer.open(port, "/long");
            peers.add(peer);
            try {
                peer.send(message);
            } catch (final IOException e) {
                // Refused before it has come whole.
            }
            final RawPeer.Frame answer = peer.readFrame();
            if (answer.opcode() == 8) {
                assertThat(answer.closeCode()).isEqualTo(1013);
            } else {
                assertThat(answer.payload().length).isIn(bytes, "dropped".length());
            }
            bystanders.exchange(STEP_ECHOES);
        }
    }
}
