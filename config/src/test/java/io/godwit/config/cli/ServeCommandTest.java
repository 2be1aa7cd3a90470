package io.godwit.config.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.config.daemon.DaemonServer;
import io.godwit.config.daemon.RunningDaemon;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void shouldEndWithAStatusOfItsOwnWhenErrorsEndIt() throws Exception {
        final DaemonServer daemon = RunningDaemon.serve(folder, "[threads]\nrestarts-max = 0\n");
        RunningDaemon.breakThread(daemon);
        assertThat(statusOf(daemon)).isEqualTo(3);
        assertThat(err).hasToString("godwit: the server has gone down by an error: made by a test\n");
    }

    @Test
    void shouldEndInGoodOrderWhenItIsAsked() throws Exception {
        final DaemonServer daemon = RunningDaemon.serve(folder, "");
        daemon.drain();
        assertThat(statusOf(daemon)).isZero();
        assertThat(err.toString()).isEmpty();
    }

    private int statusOf(final DaemonServer daemon) throws InterruptedException {
        return ServeCommand.awaitEnd(daemon, new PrintWriter(err, true));
    }
}
