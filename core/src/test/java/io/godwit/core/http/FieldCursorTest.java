package io.godwit.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldCursorTest {

    @Test
    void shouldReadPieceByPiece() {
        final FieldCursor cursor = new FieldCursor("name \t= \"a\\\"b\\\\\";x");

        assertThat(cursor.token()).isEqualTo("name");
        assertThat(cursor.token()).isNull();
        cursor.skipWhitespace();
        assertThat(cursor.take('=')).isTrue();
        assertThat(cursor.take('=')).isFalse();
        assertThat(cursor.quotedString()).isNull();
        cursor.skipWhitespace();
        assertThat(cursor.quotedString()).isEqualTo("a\"b\\");
        assertThat(cursor.atEnd()).isFalse();
        assertThat(cursor.take(';')).isTrue();
        assertThat(cursor.token()).isEqualTo("x");
        assertThat(cursor.atEnd()).isTrue();
        assertThat(cursor.take(';')).isFalse();
        assertThat(cursor.token()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "\"", "\"a", "\"a\\", "\"a\\\"", "\"\n\"", "\"\\\0\""})
    void shouldGiveNullForWhatIsNoQuotedString(final String text) {
        assertThat(new FieldCursor(text).quotedString()).isNull();
    }

    @Test
    void shouldLookAtEachCharacterAConstantNumberOfTimes() {
        for (final String unit : List.of(",", "a,", " ", "a ", "\",", "aaaaaaaaaaaa", ",\t ,", "\\\"")) {
            final CountingText text = new CountingText(unit.repeat(10_000));
            HeaderTokens.list(List.of(text), 16);
            assertThat(text.looks()).as(unit).isLessThanOrEqualTo(6L * text.length());
        }
    }
}
