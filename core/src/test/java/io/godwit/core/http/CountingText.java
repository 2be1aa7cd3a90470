package io.godwit.core.http;

/** A text that counts how often its characters are looked at: the work of a parser, without a clock. */
public final class CountingText implements CharSequence {
    private final String text;
    private long looks;

    /** Wraps a text. */
    public CountingText(final String text) {
        this.text = text;
    }

    /** {@return how often so far} */
    public long looks() {
        return looks;
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(final int index) {
        looks++;
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(final int start, final int end) {
        looks += end - start;
        return text.substring(start, end);
    }

    @Override
    public String toString() {
        looks += text.length();
        return text;
    }
}
