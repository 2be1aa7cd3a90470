package io.godwit.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a comparison was made on, for those who read it: without that, figures say nothing. */
final class Machine {

    private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(.*)$");
    private static final Pattern MEMORY = Pattern.compile("(?m)^MemTotal:\\s*(\\d+) kB$");
    private static final long KIB_PER_GIB = 1 << 20;

    /** The jars that name the servers' versions. */
    private static final Pattern PEER_JAR =
            Pattern.compile("(netty-codec-http|undertow-core|jetty-server|Java-WebSocket|vertx-core)-(\\d[^/]*)\\.jar");

    private Machine() {}

    /** {@return what it is, by what a person calls it} */
    static Map<String, String> describe() {
        final Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "processor",
                find(MODEL, "/proc/cpuinfo", "unknown") + ", "
                        + Runtime.getRuntime().availableProcessors() + " of them");
        final String kib = find(MEMORY, "/proc/meminfo", "");
        if (!kib.isEmpty()) {
            facts.put("memory", Math.round(Long.parseLong(kib) / (double) KIB_PER_GIB) + " GiB");
        }
        facts.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        facts.put("servers", versions());
        return facts;
    }

    private static String versions() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(path -> PEER_JAR.matcher(Path.of(path).getFileName().toString()))
                .filter(Matcher::matches)
                .map(jar -> jar.group(1) + " " + jar.group(2))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String find(final Pattern pattern, final String file, final String absent) {
        try {
            final Matcher matcher = pattern.matcher(Files.readString(Path.of(file)));
            return matcher.find() ? matcher.group(1) : absent;
        } catch (final IOException e) {
            return absent;
        }
    }
}
