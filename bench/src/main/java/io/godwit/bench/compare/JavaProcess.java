package io.godwit.bench.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a part of this program is started in a process of its own: same JDK, same class path, no flag. */
final class JavaProcess {

    private JavaProcess() {}

    /**
     * Makes the command.
     *
     * @param cpus where it may run, as {@code taskset -c} takes them; empty: anywhere
     * @param main what to run
     * @param args its command line
     * @return the command
     */
    static List<String> command(final String cpus, final Class<?> main, final List<String> args) {
        final List<String> command = new ArrayList<>();
        if (!cpus.isEmpty()) {
            command.addAll(List.of("taskset", "-c", cpus));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(args);
        return command;
    }
}
