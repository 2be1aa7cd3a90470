package io.godwit.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs, for about as long as one invocation takes, and checks itself: what it measures is not looked at. */
class SuitesTest {

    @BeforeAll
    static void shareTheMachine() {
        // Another JMH on this machine would spoil figures; here there are none to spoil.
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void shouldRun() throws RunnerException {
        final Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("^io\\.godwit\\.bench\\.micro\\.")
                        .param("payloadBytes", "20", "1024")
                        .param("pending", "100", "10000")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(1))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        assertThat(results).isNotEmpty();
    }
}
