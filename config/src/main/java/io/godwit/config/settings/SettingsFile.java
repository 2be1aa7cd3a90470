package io.godwit.config.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A settings file: the shipped one, which is packed into the jar, or one of the operator's. */
public final class SettingsFile {
    /** Longer files are no settings; what is not read cannot fill the memory. */
    private static final int BYTES_MAX = 1 << 20;

    /** The byte order mark in UTF-8, which some editors begin a file with; TOML does not know it. */
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private static final String READABLE = "a readable file";

    private static final String PACKED = "/io/godwit/config/godwit.toml";

    private final String name;
    private final String text;

    private SettingsFile(final String name, final String text) {
        this.name = name;
        this.text = text;
    }

    /**
     * Gives the shipped file, as it is packed into the jar.
     *
     * @return the file
     */
    public static SettingsFile packed() {
        try (InputStream in = SettingsFile.class.getResourceAsStream(PACKED)) {
            return new SettingsFile("godwit.toml (packed)", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (final IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /**
     * Reads a file.
     *
     * @param path where it is
     * @return the file
     * @throws MistakenSettings if it is missing, unreadable, too long, or not UTF-8; a byte order mark is skipped
     */
    public static SettingsFile at(final Path path) throws MistakenSettings {
        if (path.toString().isEmpty()) {
            throw unreadable("\"\"", "is no name", READABLE);
        }
        if (Files.isDirectory(path)) {
            throw unreadable(path.toString(), "is a directory", READABLE);
        }
        final byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(BYTES_MAX + 1);
        } catch (final IOException broken) {
            throw unreadable(path, broken);
        }
        if (bytes.length > BYTES_MAX) {
            throw unreadable(path.toString(), "is too long", "up to " + BYTES_MAX + " bytes");
        }
        return new SettingsFile(path.toString(), decode(path, bytes));
    }

    /**
     * Makes one of a text.
     *
     * @param name what messages call it
     * @param text its content
     * @return the file
     */
    static SettingsFile of(final String name, final String text) {
        return new SettingsFile(name, text);
    }

    /** {@return its content, comments included} */
    public String text() {
        return text;
    }

    /** {@return what messages call it} */
    public String name() {
        return name;
    }

    /**
     * Judges the content.
     *
     * @return the settings
     * @throws MistakenSettings with everything that is wrong
     */
    public DaemonSettings settings() throws MistakenSettings {
        final SettingsReader reader = parse();
        final Optional<DaemonSettings> settings = reader.read();
        if (settings.isEmpty()) {
            throw new MistakenSettings(name, reader.mistakes());
        }
        return settings.get();
    }

    /** What the system says of a file, without its name, which stands there already. */
    static MistakenSettings unreadable(final Path path, final IOException broken) {
        if (broken instanceof NoSuchFileException) {
            return unreadable(path.toString(), "there is no such file", null);
        }
        if (broken instanceof AccessDeniedException) {
            return unreadable(path.toString(), "permission denied", READABLE);
        }
        final String reason = broken instanceof final FileSystemException system && system.getReason() != null
                ? system.getReason()
                : broken.getMessage();
        return unreadable(path.toString(), "cannot be read: " + reason, READABLE);
    }

    /** Some files that are no TOML meet an error of the parser itself, which does not say where: that is a mistake too. */
    private SettingsReader parse() throws MistakenSettings {
        try {
            return new SettingsReader(text);
        } catch (final RuntimeException | AssertionError | StackOverflowError broken) {
            final String wrong = "is not TOML, and its parser cannot say where ("
                    + broken.getClass().getSimpleName() + ")";
            throw new MistakenSettings(name, List.of(new Mistake(1, 1, "syntax", wrong, null)));
        }
    }

    private static MistakenSettings unreadable(final String name, final String wrong, final String allowed) {
        return new MistakenSettings(name, List.of(new Mistake(0, 0, "file", wrong, allowed)));
    }

    private static String decode(final Path path, final byte[] bytes) throws MistakenSettings {
        final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        final int start = startsWithMark(bytes) ? BYTE_ORDER_MARK.length : 0;
        final ByteBuffer in = ByteBuffer.wrap(bytes, start, bytes.length - start);
        final CharBuffer out = CharBuffer.allocate(bytes.length);
        if (decoder.decode(in, out, true).isError()) {
            final String before = out.flip().toString();
            final int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
            final int column = before.length() - before.lastIndexOf('\n');
            final Mistake mistake = new Mistake(line, column, "syntax", "is not UTF-8", null);
            throw new MistakenSettings(path.toString(), List.of(mistake));
        }
        return out.flip().toString();
    }

    private static boolean startsWithMark(final byte[] bytes) {
        final int end = Math.min(bytes.length, BYTE_ORDER_MARK.length);
        return Arrays.equals(bytes, 0, end, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
    }
}
