package io.godwit.core.testkit;

import java.util.List;

/** A text that is never twice the same: its length, its characters and its string change with each look, or throw. */
public final class HostileText implements CharSequence {

    private final List<String> versions;
    private final int throwsAt;
    private int looks;
    private Runnable onLook = () -> {};

    private HostileText(final int throwsAt, final String... versions) {
        this.throwsAt = throwsAt;
        this.versions = List.of(versions);
    }

    /** {@return texts of every sort, for one use each} */
    public static List<HostileText> all() {
        return List.of(
                changing("short", "a text that is longer than it was"),
                changing("a text that is longer than it will be", "short"),
                changing("ascii", "\u20AC\u20AC\u20AC\u20AC\u20AC"),
                changing("\u20AC\u20AC\u20AC\u20AC\u20AC", "ascii"),
                changing("paired", "un\uD800paired"),
                changing("x".repeat(125), "x".repeat(126)),
                changing("x".repeat(65_535), "x".repeat(65_536)),
                changing("", "\u0088\u0000"),
                throwingAt(0, "throws"),
                throwingAt(3, "throws"),
                throwingAt(5, "throws"),
                throwingAt(9, "throws"));
    }

    /** {@return one that is another text with each look} */
    public static HostileText changing(final String... versions) {
        return new HostileText(Integer.MAX_VALUE, versions);
    }

    /** {@return one whose looks go well so many times, and then throw} */
    public static HostileText throwingAt(final int look, final String text) {
        return new HostileText(look, text);
    }

    /** Has something done with each look. */
    public HostileText whenSeen(final Runnable action) {
        onLook = action;
        return this;
    }

    private String look() {
        onLook.run();
        if (looks == throwsAt) {
            throw new IllegalStateException("thrown by a test's text");
        }
        return versions.get(looks++ % versions.size());
    }

    @Override
    public int length() {
        return look().length();
    }

    @Override
    public char charAt(final int index) {
        final String now = look();
        return now.charAt(Math.min(index, now.length() - 1));
    }

    @Override
    public CharSequence subSequence(final int start, final int end) {
        return look().substring(start, end);
    }

    @Override
    public String toString() {
        return look();
    }

    /** {@return what it may say, each as a whole} */
    public List<String> versions() {
        return versions;
    }
}
