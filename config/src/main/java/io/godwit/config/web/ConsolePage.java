package io.godwit.config.web;

import io.godwit.config.settings.OwnPaths;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.HttpResponder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The page on which a person tries the endpoints from a browser: it connects, sends text, and shows what comes back. It
 * takes nothing from elsewhere, and its policy lets it run no script but its own.
 */
public final class ConsolePage {
    private static final String POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
            + " connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String ENDPOINTS_MARK = "<!-- endpoints -->";

    private ConsolePage() {}

    /**
     * Makes the page.
     *
     * @param endpoints the paths to offer, the first one chosen
     * @return what to answer at which path
     */
    public static Map<String, HttpResponder> at(final List<String> endpoints) {
        final String options = endpoints.stream().map(ConsolePage::option).collect(Collectors.joining("\n          "));
        final String page = resource("index.html").replace(ENDPOINTS_MARK, options);
        final Map<String, HttpResponder> answers = new LinkedHashMap<>();
        answers.put(OwnPaths.PAGE, constant("text/html; charset=utf-8", page));
        answers.put(OwnPaths.PAGE_STYLE, constant("text/css; charset=utf-8", resource("console.css")));
        answers.put(OwnPaths.PAGE_SCRIPT, constant("text/javascript; charset=utf-8", resource("console.js")));
        answers.put(OwnPaths.PAGE_PICTURE, constant("image/svg+xml", resource("godwit.svg")));
        return answers;
    }

    /** A path comes from the settings file, and may hold quotes and angle brackets. */
    private static String option(final String path) {
        final String safe = path.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
        return "<option value=\"" + safe + "\">" + safe + "</option>";
    }

    private static HttpResponder constant(final String contentType, final String content) {
        final HttpAnswer answer = HttpAnswer.of(200, contentType, content.getBytes(StandardCharsets.UTF_8))
                .withHeader("Content-Security-Policy", POLICY)
                .withHeader("X-Content-Type-Options", "nosniff")
                .withHeader("Referrer-Policy", "no-referrer")
                .withHeader("Cache-Control", "no-cache");
        return request -> answer;
    }

    private static String resource(final String name) {
        try (InputStream in = ConsolePage.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
