package io.godwit.config.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.config.settings.OwnPaths;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.HttpResponder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ConsolePageTest {
    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([^\"]*)\"");

    @Test
    void shouldOfferTheEndpoints() {
        assertThat(page(List.of("/", "/echo")))
                .contains("<option value=\"/\">/</option>", "<option value=\"/echo\">/echo</option>")
                .doesNotContain("<!-- endpoints -->");
    }

    @Test
    void shouldNotLetAPathBreakOutOfThePage() {
        assertThat(page(List.of("/\"><script>alert(1)</script>&")))
                .contains("<option value=\"/&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;\">")
                .doesNotContain("<script>alert");
    }

    @Test
    void shouldReferToNothingButItsOwnParts() {
        final Map<String, HttpResponder> answers = ConsolePage.at(List.of("/"));
        final Matcher references = REFERENCE.matcher(text(answers.get("/")));
        int found = 0;
        while (references.find()) {
            assertThat(answers).containsKey(references.group(1));
            found++;
        }
        assertThat(found).isPositive();
        assertThat(text(answers.get("/console.css"))).doesNotContain("url(", "@import");
    }

    /** An endpoint at one of the paths would hide the page's part, or be hidden by it. */
    @Test
    void shouldTakeNoPathThatIsNotTheDaemonsOwn() {
        assertThat(ConsolePage.at(List.of()).keySet())
                .containsExactlyInAnyOrder(
                        OwnPaths.PAGE, OwnPaths.PAGE_STYLE, OwnPaths.PAGE_SCRIPT, OwnPaths.PAGE_PICTURE);
    }

    @Test
    void shouldNameTheContentOfEachPart() {
        ConsolePage.at(List.of("/")).forEach((path, responder) -> {
            final HttpAnswer answer = responder.answer(null);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.contentType()).matches("text/(html|css|javascript); charset=utf-8|image/svg\\+xml");
        });
    }

    private static String page(final List<String> endpoints) {
        return text(ConsolePage.at(endpoints).get("/"));
    }

    private static String text(final HttpResponder responder) {
        return new String(responder.answer(null).body(), StandardCharsets.UTF_8);
    }
}
