package io.godwit.config.settings;

import io.godwit.config.app.App;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Execution;
import java.util.List;

/**
 * What is served at a path.
 *
 * @param path where clients connect to
 * @param app the application
 * @param execution where it runs
 * @param subprotocols in the order of preference
 * @param origins whose pages may connect
 * @param limits what one connection may take
 */
public record EndpointSettings(
        String path,
        App app,
        Execution execution,
        List<String> subprotocols,
        List<String> origins,
        EndpointLimits limits) {

    /** Copies the lists. */
    public EndpointSettings {
        subprotocols = List.copyOf(subprotocols);
        origins = List.copyOf(origins);
    }

    /** {@return whether pages of every origin may connect} */
    public boolean allowsAnyOrigin() {
        return origins.contains(SettingTexts.ANY_ORIGIN);
    }
}
