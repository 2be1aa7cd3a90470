package io.godwit.config.settings;

import java.util.List;

/** The paths at which the daemon answers plain HTTP by itself. */
public final class OwnPaths {
    /** The page. An endpoint may share this path: an upgrade goes to the endpoint, anything else to the page. */
    public static final String PAGE = "/";

    /** How the page looks. */
    public static final String PAGE_STYLE = "/console.css";

    /** What the page does. */
    public static final String PAGE_SCRIPT = "/console.js";

    /** The page's picture. */
    public static final String PAGE_PICTURE = "/godwit.svg";

    /** Where a load balancer asks how the daemon is. */
    public static final String HEALTH = "/health";

    /** Those that no endpoint may have. */
    static final List<String> RESERVED = List.of(HEALTH, PAGE_STYLE, PAGE_SCRIPT, PAGE_PICTURE);

    private OwnPaths() {}
}
