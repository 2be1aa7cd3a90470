package io.godwit.config.settings;

import java.util.List;
import java.util.stream.Collectors;

/** A settings file that cannot be used, with everything that is wrong in it. */
public final class MistakenSettings extends Exception {
    private static final long serialVersionUID = 1L;

    /** Not for another JVM: exceptions are serializable, this one is not meant to be. */
    private final transient List<Mistake> mistakes;

    /**
     * Collects mistakes.
     *
     * @param file the name of the file
     * @param mistakes at least one, in the order of the file
     */
    MistakenSettings(final String file, final List<Mistake> mistakes) {
        super(mistakes.stream().map(mistake -> mistake.in(file)).collect(Collectors.joining("\n")));
        this.mistakes = List.copyOf(mistakes);
    }

    /** {@return the mistakes, in the order of the file} */
    public List<Mistake> mistakes() {
        return mistakes;
    }

    /** {@return every mistake, one a line, each with the file, the line, the column, the key and what is allowed} */
    @Override
    public String getMessage() {
        return super.getMessage();
    }
}
