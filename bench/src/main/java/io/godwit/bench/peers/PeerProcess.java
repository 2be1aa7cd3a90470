package io.godwit.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryManagerMXBean;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * One server as a process of its own. It prints {@code listening on PORT}; to each line {@code heap} on its input it answers
 * {@code heap BYTES}, which are in use after a collection, and to {@code about} what it runs on; and it ends with its
 * input, so that it does not outlive whoever has started it.
 */
public final class PeerProcess {

    /** Comes before the port. */
    public static final String LISTENING = "listening on ";

    /** Asks for the memory, and comes before the answer. */
    public static final String HEAP = "heap";

    /** Asks what it runs on, and comes before the answer. */
    public static final String ABOUT = "about";

    private static final int ARGUMENTS = 4;
    private static final int MISTAKE = 2;
    private static final int COLLECTIONS = 4;

    private PeerProcess() {}

    /**
     * Serves until the input ends.
     *
     * @param args the server's key, the length of the messages, {@code text} or {@code binary}, {@code echo} or
     *     {@code broadcast}
     * @throws Exception if the server cannot start
     */
    public static void main(final String... args) throws Exception {
        if (args.length != ARGUMENTS) {
            System.err.println("usage: PeerProcess SERVER BYTES text|binary echo|broadcast");
            System.exit(MISTAKE);
        }
        final Service service =
                new Service(Integer.parseInt(args[1]), "text".equals(args[2]), "broadcast".equals(args[3]));
        try (PeerServer server = Peer.of(args[0]).start(service)) {
            System.out.println(LISTENING + server.port());
            obey();
        }
        System.exit(0);
    }

    private static void obey() throws IOException {
        final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String line = in.readLine();
        while (line != null) {
            if (line.equals(HEAP)) {
                System.out.println(HEAP + " " + heapBytes());
            }
            if (line.equals(ABOUT)) {
                System.out.println(ABOUT + " " + about());
            }
            line = in.readLine();
        }
    }

    private static String about() {
        final String collector = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(MemoryManagerMXBean::getName)
                .collect(Collectors.joining(", "));
        return System.getProperty("java.vm.name") + " " + Runtime.version() + ", collector " + collector
                + ", processors " + Runtime.getRuntime().availableProcessors();
    }

    private static long heapBytes() {
        // What a collection finds by a reference queue becomes garbage for the next one only.
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
