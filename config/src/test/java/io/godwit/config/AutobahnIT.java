package io.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The field's conformance suite against the daemon's echo: every case of RFC 6455 that it has. */
@DisabledIfSystemProperty(named = "godwit.autobahn.skip", matches = "true")
class AutobahnIT {
    /** Sections 1 to 7, 9 and 10; 12 and 13, on compression, are not in this version of the suite. */
    private static final int CASES = 301;

    private static final Set<String> PASSED = Set.of("OK", "INFORMATIONAL");

    /** Cases that may be NON-STRICT, with the reason. None is: the suite's stricter wish is fulfilled everywhere. */
    private static final Map<String, String> NON_STRICT = Map.of();

    /**
     * Section 9 sends messages of 16 MiB, cut into frames of 64 bytes in a part of them. And the suite connects for the
     * first time long before Jython has loaded what it takes to send a request.
     */
    private static final String SETTINGS = """
            [[listener]]
            port = 0

            [[endpoint]]
            path = "/"
            app = "echo"
            frame-bytes-max = 16_777_216
            message-bytes-max = 16_777_216
            fragments-max = 1_000_000
            outbound-bytes-soft = 4_194_304
            outbound-bytes-max = 33_554_432

            [server]
            handshake-timeout = "5m"
            """;

    private static final Path FOLDER = Path.of(System.getProperty("autobahn.directory", "target/autobahn"));

    /** How long the suite takes depends on the machine, so that has no limit; but its log has to grow. */
    private static final long SILENT_MINUTES_MAX = 3;

    /** The suite gives most cases a second, some half of one, after which it fails the connection itself: too little if others work. */
    private static final int SECONDS_MIN = 60;

    private static final String START = "import sys; sys.argv=['wstest','-m','fuzzingclient','-s','spec.json'];"
            + " from autobahntestsuite import wstest; from autobahntestsuite.fuzzing import FuzzingProtocol;"
            + " limit=FuzzingProtocol.killAfter;"
            + " FuzzingProtocol.killAfter=lambda self, delay: limit(self, max(delay, " + SECONDS_MIN + "));"
            + " wstest.run()";

    @Test
    void shouldPassEveryCase() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve(SETTINGS)) {
            Files.deleteIfExists(FOLDER.resolve("reports/index.json"));
            Files.writeString(FOLDER.resolve("spec.json"), """
                    {"options": {"openHandshakeTimeout": %1$d, "closeHandshakeTimeout": %1$d, "serverConnectionDropTimeout": %1$d},
                     "outdir": "reports",
                     "servers": [{"agent": "godwit", "url": "%2$s"}],
                     "cases": ["*"], "exclude-cases": [], "exclude-agent-cases": {}}
                    """.formatted(SECONDS_MIN, daemon.uri("ws", "/")));
            runSuite();
        }
        final List<AutobahnReport.Case> cases = AutobahnReport.read(FOLDER.resolve("reports/index.json"), "godwit");
        assertThat(cases).as("cases, of which an unreachable server gives none").hasSize(CASES);
        assertThat(failures(cases))
                .as("cases that did not pass; see %s", FOLDER.resolve("reports"))
                .isEmpty();
    }

    private static Map<String, String> failures(final List<AutobahnReport.Case> cases) {
        final Map<String, String> failures = new TreeMap<>();
        for (final AutobahnReport.Case one : cases) {
            final boolean excused = one.behavior().equals("NON-STRICT") && NON_STRICT.containsKey(one.id());
            final boolean passed = excused || PASSED.contains(one.behavior());
            if (!passed || !PASSED.contains(one.behaviorClose())) {
                failures.put(one.id(), one.behavior() + ", on closing " + one.behaviorClose());
            }
        }
        return failures;
    }

    private static void runSuite() throws IOException, InterruptedException {
        final String classPath = FOLDER.resolve("suite.jar").toAbsolutePath()
                + File.pathSeparator
                + FOLDER.resolve("jython.jar").toAbsolutePath();
        final Path log = FOLDER.resolve("suite.log");
        final Process suite = new ProcessBuilder(
                        Daemon.java().toString(), "-cp", classPath, "org.python.util.jython", "-c", START)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            long logged = -1;
            while (!suite.waitFor(SILENT_MINUTES_MAX, TimeUnit.MINUTES)) {
                final long before = logged;
                logged = Files.size(log);
                assertThat(logged)
                        .as("the length of %s: the suite goes on", log)
                        .isGreaterThan(before);
            }
            assertThat(suite.exitValue())
                    .as("the suite's exit status; see %s", log)
                    .isZero();
        } finally {
            suite.destroyForcibly();
        }
    }
}
