package io.godwit.config.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void shouldSayThatTheDefaultsAreFine() {
        assertThat(run("check")).isZero();
        assertThat(out).hasToString("godwit.toml (packed): fine (1 listener, 2 endpoints)\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldSayThatTheShippedFileIsFine() {
        assertThat(run("check", "godwit.toml")).isZero();
        assertThat(out).hasToString("godwit.toml: fine (1 listener, 2 endpoints)\n");
    }

    @Test
    void shouldPrintTheShippedFile() throws IOException {
        assertThat(run("defaults")).isZero();
        assertThat(out).hasToString(Files.readString(Path.of("godwit.toml")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "serve"})
    void shouldTellThatTheHeapHasNoRoomForWhatIsAskedFor(final String command) throws IOException {
        final Path file = Files.writeString(folder.resolve("a.toml"), """
                [[listener]]
                [[endpoint]]
                path = "/"
                app = "echo"
                [threads]
                loops = 256
                [loop]
                buffered-bytes-max = 1_099_511_627_776
                """);
        assertThat(run(command, file.toString())).isEqualTo(2);
        assertThat(err.toString())
                .startsWith(file
                        + ":8:1: loop.buffered-bytes-max: 256 loops that may hold 1099511627776 bytes each do not fit")
                .endsWith(
                        ": raise it (-Xmx), or lower loop.buffered-bytes-max, threads.loops, server.connections-max or"
                                + " server.backlog\n")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "serve"})
    void shouldTellAllMistakesOnStandardError(final String command) throws IOException {
        final Path file = Files.writeString(folder.resolve("a.toml"), """
                [[listener]]
                port = "x"
                [[endpoint]]
                path = "/"
                app = "echo"
                fragment = 1
                """);
        assertThat(run(command, file.toString())).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err).hasToString("""
                %1$s:2:1: listener.port: "x" is not a whole number; allowed: a whole number, 0 to 65535
                %1$s:6:1: endpoint.fragment: is not known; the nearest key is endpoint.fragments-max
                """.formatted(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "serve"})
    void shouldTellThatAFileIsMissing(final String command) {
        assertThat(run(command, "none.toml")).isEqualTo(2);
        assertThat(err).hasToString("none.toml: file: there is no such file\n");
    }

    /** A full disk is silent by itself: only a status tells a script that it has not got what it asked for. */
    @ParameterizedTest
    @ValueSource(strings = {"defaults", "check", "--version", "--help", "help", "help serve", "serve --help"})
    void shouldFailIfStandardOutputCannotBeWritten(final String line) {
        final Writer full = new Writer() {
            @Override
            public void write(final char[] chars, final int offset, final int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        final int status = Main.run(new PrintWriter(full, true), new PrintWriter(err, true), line.split(" "));
        assertThat(status).isEqualTo(1);
        assertThat(err).hasToString("godwit: standard output cannot be written\n");
    }

    @Test
    void shouldTellItsVersion() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("godwit ");
    }

    @Test
    void shouldListItsCommands() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("serve", "check", "defaults", "--version");
    }

    @Test
    void shouldHelpByACommandToo() {
        assertThat(run("--help")).isZero();
        final String expected = out.toString();
        out.getBuffer().setLength(0);
        assertThat(run("help")).isZero();
        assertThat(out).hasToString(expected);
        assertThat(run("help", "serve")).isZero();
        assertThat(out.toString()).contains("Usage: godwit serve");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldRefuseToHelpWithWhatItDoesNotKnow() {
        assertThat(run("help", "bogus")).isEqualTo(2);
        assertThat(err.toString()).contains("bogus");
    }

    @Test
    void shouldListTheExitStatuses() {
        final String ok = "  0   Done, or stopped by SIGTERM or SIGINT.\n";
        final String cannotServe = "  1   The settings are right, but cannot be served; ";
        final String mistake = "  2   The command line or the settings file is wrong.\n";
        final String failed = "  3   The daemon has gone down by an error; ";
        assertThat(helpOf("--help")).containsSubsequence("Exit status:\n", ok, cannotServe, mistake, failed);
        assertThat(helpOf("serve", "--help")).containsSubsequence("Exit status:\n", ok, cannotServe, mistake, failed);
        final String notPrinted = "  1   Standard output cannot be written.\n";
        assertThat(helpOf("check", "--help")).contains("Exit status:\n" + ok + notPrinted + mistake);
        assertThat(helpOf("defaults", "--help")).contains("Exit status:\n" + ok + notPrinted + mistake);
    }

    private String helpOf(final String... arguments) {
        out.getBuffer().setLength(0);
        assertThat(run(arguments)).isZero();
        return out.toString();
    }

    @Test
    void shouldAskForACommand() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("Usage: godwit");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bogus", "--bogus"})
    void shouldRefuseWhatItDoesNotKnow(final String argument) {
        assertThat(run(argument)).isEqualTo(2);
        assertThat(err.toString()).contains(argument, "Usage: godwit");
    }

    private int run(final String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
