package io.godwit.config.settings;

import io.godwit.reactor.endpoint.ServerOptions;
import java.time.Duration;
import java.util.List;

/**
 * Everything that a settings file says.
 *
 * @param listeners in the order of the file
 * @param endpoints in the order of the file; no two have one path
 * @param server what holds for all of them
 * @param drainDelay how long the daemon serves on when it is stopped, for those who ask how it is to see that
 * @param drainTimeout how long it may then take to end
 */
public record DaemonSettings(
        List<ListenerSettings> listeners,
        List<EndpointSettings> endpoints,
        ServerOptions server,
        Duration drainDelay,
        Duration drainTimeout) {

    /** Copies the lists. */
    public DaemonSettings {
        listeners = List.copyOf(listeners);
        endpoints = List.copyOf(endpoints);
    }
}
