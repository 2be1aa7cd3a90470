package io.godwit.config.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped file says of every key what its declaration says, and is what holds without a file. */
class ShippedFileTest {
    private static final Path SHIPPED = Path.of("godwit.toml");

    @Test
    void shouldBePackedAsItIs() throws IOException {
        assertThat(SettingsFile.packed().text()).isEqualTo(Files.readString(SHIPPED));
    }

    @ParameterizedTest
    @EnumSource
    void shouldExplainEachTable(final SettingTable table) {
        assertThat(commentAbove(lineOf(table, table.header()))).isEqualTo(table.meaning());
    }

    @ParameterizedTest
    @MethodSource("io.godwit.config.settings.SettingKey#all")
    void shouldExplainEachKeyAndSetItsDefault(final SettingKey key) {
        final String terms =
                key.defaultText().map(text -> "Default: " + text + ".").orElse("It has no default.");
        final boolean follows = key.standard()
                .filter(standard -> !(standard instanceof SettingDefault.Fixed))
                .isPresent();
        final int line = lineOf(key.table(), (follows ? "#" : "") + key.id() + " = ");
        assertThat(commentAbove(line)).isEqualTo(key.meaning() + " Allowed: " + key.allowed() + ". " + terms);
        if (!follows) {
            key.defaultText().ifPresent(text -> assertThat(lines().get(line)).isEqualTo(key.id() + " = " + text));
        }
    }

    /** What follows other keys is commented out, for a copy in which they are changed; its value is what it follows to. */
    @Test
    void shouldSayTheSameWithTheCommentedKeys() throws MistakenSettings {
        final String text = SettingsFile.packed().text();
        final String uncommented = text.replaceAll("(?m)^#(?!" + ofTheMachine() + ")(?=[a-z-]+ = )", "");
        assertThat(uncommented).isNotEqualTo(text);
        assertThat(SettingsFile.of("f", uncommented).settings())
                .isEqualTo(SettingsFile.packed().settings());
    }

    @Test
    void shouldServeTheEchoAtTheRootAndAtEcho() throws MistakenSettings {
        final DaemonSettings settings = SettingsFile.packed().settings();
        assertThat(settings.listeners()).containsExactly(new ListenerSettings("localhost", 8080, 12, 1));
        assertThat(settings.endpoints()).extracting(EndpointSettings::path).containsExactly("/", "/echo");
        assertThat(settings.endpoints()).extracting(EndpointSettings::limits).containsOnly(EndpointLimits.DEFAULT);
        assertThat(settings.endpoints()).allMatch(EndpointSettings::allowsAnyOrigin);
        assertThat(settings.server()).isEqualTo(ServerOptions.DEFAULT);
    }

    /** What no two machines need have in common. */
    private static String ofTheMachine() {
        return SettingKey.all().stream()
                .filter(key -> key.standard()
                        .filter(standard -> standard instanceof SettingDefault.OfTheMachine
                                || standard instanceof SettingDefault.Budget)
                        .isPresent())
                .map(SettingKey::id)
                .collect(Collectors.joining("|"));
    }

    private static List<String> lines() {
        return SettingsFile.packed().text().lines().toList();
    }

    /** Gives the first line of a table that begins so. */
    private static int lineOf(final SettingTable table, final String start) {
        final List<String> lines = lines();
        int line = lines.indexOf(table.header());
        assertThat(line).as(table.header()).isNotNegative();
        while (!lines.get(line).startsWith(start)) {
            line++;
            assertThat(line).as("%s in %s", start, table.header()).isLessThan(lines.size());
        }
        return line;
    }

    private static String commentAbove(final int line) {
        final List<String> lines = lines();
        final List<String> comment = new ArrayList<>();
        for (int above = line - 1; above >= 0 && lines.get(above).startsWith("# "); above--) {
            comment.add(0, lines.get(above).substring(2));
        }
        return String.join(" ", comment);
    }
}
