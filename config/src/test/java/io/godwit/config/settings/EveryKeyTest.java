package io.godwit.config.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.godwit.config.settings.SettingType.OneOf;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for each key: its range is kept, its type is asked for, its name is found again when it is misspelt. */
class EveryKeyTest {

    @ParameterizedTest
    @MethodSource("io.godwit.config.settings.SettingKey#all")
    void shouldRefuseTheWrongType(final SettingKey key) {
        assertThat(mistakesOf(key, key.id(), "true")).anySatisfy(mistake -> {
            assertThat(mistake.key()).isEqualTo(key.fullName());
            assertThat(mistake.line()).isEqualTo(2);
            assertThat(mistake.column()).isEqualTo(1);
            assertThat(mistake.wrong()).startsWith("true is not ");
            assertThat(mistake.allowed()).isEqualTo(key.allowed());
        });
    }

    @ParameterizedTest
    @MethodSource("io.godwit.config.settings.SettingKey#all")
    void shouldFindAMisspeltNameAgain(final SettingKey key) {
        final String misspelt = key.id().charAt(0) + "q" + key.id().substring(1);
        assertThat(mistakesOf(key, misspelt, "true")).anySatisfy(mistake -> {
            assertThat(mistake.key()).isEqualTo(key.table().id() + "." + misspelt);
            assertThat(mistake.wrong()).isEqualTo("is not known; the nearest key is " + key.fullName());
        });
    }

    @ParameterizedTest
    @MethodSource("io.godwit.config.settings.SettingKey#all")
    void shouldAllowItsDefault(final SettingKey key) {
        key.defaultText()
                .filter(text -> key.standard().orElseThrow() instanceof SettingDefault.Fixed)
                .ifPresent(text -> assertThat(mistakesOf(key, key.id(), text))
                        .noneMatch(mistake -> mistake.key().equals(key.fullName())));
    }

    @ParameterizedTest
    @MethodSource("io.godwit.config.settings.SettingKey#all")
    void shouldKeepItsRange(final SettingKey key) {
        if (key.type() instanceof final SettingType.Whole whole) {
            expectInRange(key, String.valueOf(whole.min()), true);
            expectInRange(key, String.valueOf(whole.max()), true);
            expectInRange(key, String.valueOf(whole.min() - 1), false);
            expectInRange(key, String.valueOf(whole.max() + 1), false);
        } else if (key.type() instanceof final SettingType.Span span) {
            expectInRange(key, quoted(span.min()), true);
            expectInRange(key, quoted(span.max()), true);
            if (!span.min().isZero()) {
                expectInRange(key, quoted(span.min().minusMillis(1)), false);
            }
            expectInRange(key, quoted(span.max().plusMillis(1)), false);
        }
    }

    @ParameterizedTest
    @MethodSource("wordKeys")
    void shouldKeepToItsWords(final SettingKey key) {
        final OneOf words = (OneOf) key.type();
        assertThat(words.values()).isNotEmpty().allSatisfy(value -> {
            assertThat(words.read(words.write(value).replace("\"", "")).value()).isEqualTo(value);
            assertThat(mistakesOf(key, key.id(), words.write(value)))
                    .noneMatch(mistake -> mistake.key().equals(key.fullName()));
        });
        assertThat(mistakesOf(key, key.id(), "\"Loop\""))
                .contains(new Mistake(2, 1, key.fullName(), "\"Loop\" is not " + words.noun(), key.allowed()));
    }

    static List<SettingKey> wordKeys() {
        return SettingKey.all().stream()
                .filter(key -> key.type() instanceof OneOf)
                .toList();
    }

    @Test
    void shouldHaveNamesThatDifferInEachTable() {
        assertThat(SettingKey.all()).extracting(SettingKey::fullName).doesNotHaveDuplicates();
    }

    private static void expectInRange(final SettingKey key, final String value, final boolean expected) {
        final List<Mistake> outside = mistakesOf(key, key.id(), value).stream()
                .filter(mistake -> mistake.wrong().equals(value + " is out of range"))
                .toList();
        if (expected) {
            assertThat(outside).isEmpty();
        } else {
            assertThat(outside)
                    .containsExactly(new Mistake(2, 1, key.fullName(), value + " is out of range", key.allowed()));
        }
    }

    private static String quoted(final Duration duration) {
        return '"' + DurationText.format(duration) + '"';
    }

    /** A file that holds one key: it has mistakes in any case, since the rest is missing, or one unknown key. */
    private static List<Mistake> mistakesOf(final SettingKey key, final String id, final String value) {
        final String text = key.table().header() + "\n" + id + " = " + value + "\nnothing = 0\n";
        return catchThrowableOfType(
                        MistakenSettings.class,
                        () -> SettingsFile.of("file.toml", text).settings())
                .mistakes();
    }
}
