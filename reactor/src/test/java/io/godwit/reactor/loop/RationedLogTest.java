package io.godwit.reactor.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RationedLogTest {
    private static final Logger WRITTEN = Logger.getLogger("io.godwit.reactor");
    private static final String MARK = "RationedLogTest ";

    private final List<String> lines = new ArrayList<>();
    private final List<String> sources = new ArrayList<>();
    private long nowNs = -5;
    private final RationedLog log = new RationedLog(() -> nowNs);
    private Filter filter;

    @BeforeEach
    void catchLines() {
        filter = WRITTEN.getFilter();
        WRITTEN.setFilter(entry -> {
            final boolean mine = entry.getMessage().startsWith(MARK);
            if (mine) {
                lines.add(entry.getMessage().substring(MARK.length()));
                sources.add(entry.getSourceClassName());
            }
            return !mine && (filter == null || filter.isLoggable(entry));
        });
    }

    @AfterEach
    void letLinesGo() {
        WRITTEN.setFilter(filter);
    }

    @Test
    void shouldWriteTenLinesOfAKindInAMinuteAndCountTheOthers() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(write("line " + i, new IllegalStateException())).isTrue();
        }
        assertThat(lines).hasSize(RationedLog.LINES_MAX).startsWith("line 0", "line 1");
        assertThat(lines.get(9)).isEqualTo("line 9 (more of this kind are only counted for up to a minute)");

        nowNs += RationedLog.WINDOW_NS - 1;
        write("too early", new IllegalStateException());
        assertThat(lines).hasSize(RationedLog.LINES_MAX);

        nowNs++;
        write("anew", new IllegalStateException());
        write("and again", new IllegalStateException());
        assertThat(lines.subList(10, lines.size()))
                .containsExactly("anew (991 more of this kind were not logged before)", "and again");
    }

    @Test
    void shouldNameTheClassThatLogsAsTheSource() {
        final CarefulLog careful = new CarefulLog();
        log.log(Level.WARNING, MARK + "rationed");
        log.log(Level.WARNING, MARK + "rationed", new IllegalStateException());
        log.log(Level.WARNING, MARK, "rationed", "", new IllegalStateException());
        careful.log(Level.WARNING, MARK + "careful");
        careful.log(Level.WARNING, MARK + "careful", new IllegalStateException());
        careful.log(Level.WARNING, MARK, "careful", "", null);
        assertThat(lines).hasSize(6);
        assertThat(sources).hasSize(6).containsOnly(RationedLogTest.class.getName());
    }

    @Test
    void shouldNotThrowIfTheSubjectCannotBeNamed() {
        final Object nameless = new Object() {
            @Override
            public String toString() {
                throw new OutOfMemoryError("injected");
            }
        };
        assertThat(log.log(Level.ERROR, MARK, nameless, "", null)).isFalse();
        assertThat(new CarefulLog().log(Level.ERROR, MARK, nameless, "", null)).isFalse();
        assertThat(lines).isEmpty();
    }

    @Test
    void shouldNotLetOneKindHideAnother() {
        for (int i = 0; i < 100; i++) {
            write("often", new IllegalStateException());
        }
        write("once", new IllegalArgumentException());
        write("without exception", null);
        assertThat(lines).hasSize(12).endsWith("once", "without exception");
    }

    /** A peer that can choose among exceptions gets no ten lines for each. */
    @Test
    void shouldKnowABoundedNumberOfKinds() {
        final List<RuntimeException> many = manyKinds();
        assertThat(many).hasSizeGreaterThan(RationedLog.KINDS_MAX);
        for (int round = 0; round < 100; round++) {
            many.forEach(each -> write("line", each));
        }
        assertThat(lines).hasSize((RationedLog.KINDS_MAX + 1) * RationedLog.LINES_MAX);
    }

    @Test
    void shouldNotCountWhatIsLessThanAWarning() {
        for (int i = 0; i < 100; i++) {
            assertThat(log.log(Level.DEBUG, MARK, "debug", "", null)).isTrue();
        }
        write("grave", null);
        assertThat(lines).containsExactly("grave");
    }

    @Test
    void shouldNotThrowIfTheLogIsBroken() {
        WRITTEN.setFilter(entry -> {
            throw new IllegalStateException("made by a test");
        });
        assertThat(write("line", null)).isFalse();
    }

    private boolean write(final String text, final Throwable thrown) {
        return log.log(Level.ERROR, MARK, text, "", thrown);
    }

    private static List<RuntimeException> manyKinds() {
        return List.of(
                new IllegalStateException(),
                new IllegalArgumentException(),
                new NullPointerException(),
                new ArithmeticException(),
                new ClassCastException(),
                new IndexOutOfBoundsException(),
                new ArrayIndexOutOfBoundsException(),
                new StringIndexOutOfBoundsException(),
                new NegativeArraySizeException(),
                new ArrayStoreException(),
                new NumberFormatException(),
                new UnsupportedOperationException(),
                new SecurityException(),
                new IllegalMonitorStateException(),
                new EnumConstantNotPresentException(Level.class, "A"),
                new TypeNotPresentException("A", null),
                new java.util.NoSuchElementException(),
                new java.util.InputMismatchException(),
                new java.util.EmptyStackException(),
                new java.util.ConcurrentModificationException());
    }
}
