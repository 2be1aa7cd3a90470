package io.godwit.config.daemon;

import io.godwit.config.settings.MistakenSettings;
import io.godwit.config.settings.SettingsFile;
import io.godwit.reactor.BrokenThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Daemons in the process of a test. */
public final class RunningDaemon {
    private RunningDaemon() {}

    /**
     * Serves an echo at the root path, on any port.
     *
     * @param folder for its settings file
     * @param more what else the file says
     * @return the daemon
     */
    public static DaemonServer serve(final Path folder, final String more) throws IOException, MistakenSettings {
        final Path file = Files.writeString(folder.resolve("godwit.toml"), """
                [[listener]]
                port = 0
                [[endpoint]]
                path = "/"
                app = "echo"
                """ + more);
        return DaemonServer.start(SettingsFile.at(file).settings());
    }

    /**
     * Has a daemon take one of its threads for ended by an error.
     *
     * @param daemon which runs
     * @return the error
     */
    public static Error breakThread(final DaemonServer daemon) {
        final Error error = new Thrown();
        BrokenThreads.tell(daemon.server(), error);
        return error;
    }

    /** It is logged: the output of the tests need not show where it comes from. */
    private static final class Thrown extends Error {
        private static final long serialVersionUID = 1;

        Thrown() {
            super("made by a test", null, false, false);
        }

        @Override
        public String toString() {
            return getMessage();
        }
    }
}
