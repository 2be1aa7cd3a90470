package io.godwit.config.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import io.godwit.reactor.endpoint.AdmissionLimits;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** How many files the process may have open, against the connections that it is to serve: each is one. */
final class OpenFiles {
    /** What tells the limits of the system; an image that was made for the daemon need not hold it. */
    private static final String MODULE = "jdk.management";

    private OpenFiles() {}

    /**
     * Compares the limit of the process with what may be asked of it. To be called when all but the connections is open.
     *
     * @param admission how many connections may come
     * @return what to warn of; nothing if there is room for all, or this JVM cannot tell
     */
    static Optional<String> judge(final AdmissionLimits admission) {
        return ModuleLayer.boot().findModule(MODULE).isPresent() ? Bean.judge(admission) : Optional.empty();
    }

    /**
     * Compares.
     *
     * @param admission how many connections may come
     * @param filesMax how many files the process may have open
     * @param open how many it has open
     * @return what to warn of
     */
    static Optional<String> judge(final AdmissionLimits admission, final long filesMax, final long open) {
        final long room = Math.max(0, filesMax - open);
        if (admission.connectionsMax() <= room) {
            return Optional.empty();
        }
        return Optional.of(
                "connections-max is " + admission.connectionsMax() + ", but the process may have only "
                        + filesMax + " files open, which leaves room for " + room
                        + " connections; further ones will not be accepted: raise the limit (ulimit -n) or lower connections-max");
    }

    /** A class of its own: where the module is missing, it cannot be loaded. */
    private static final class Bean {
        static Optional<String> judge(final AdmissionLimits admission) {
            return ManagementFactory.getOperatingSystemMXBean() instanceof final UnixOperatingSystemMXBean system
                    ? OpenFiles.judge(
                            admission, system.getMaxFileDescriptorCount(), system.getOpenFileDescriptorCount())
                    : Optional.empty();
        }
    }
}
