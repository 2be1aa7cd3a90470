package io.godwit.config.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every mistake is told with its place, its key, what is wrong and what is allowed, and all at once. */
class SettingsMistakesTest {
    private static final String LISTENER = "[[listener]]\nport = 1\n";
    private static final String ENDPOINT = "[[endpoint]]\npath = \"/\"\napp = \"echo\"\n";
    private static final String PATHS =
            "a path, which begins with / and holds ASCII letters, digits, -._~!$&'()*+,;=:@/"
                    + " and % with two hexadecimal digits, and no segment \".\" or \"..\"";
    private static final String ORIGINS =
            "an origin such as \"https://example.org\" or \"http://localhost:3000\", or \"null\", or \"*\"";

    @TempDir
    private Path folder;

    static List<Arguments> mistakes() {
        return List.of(
                Arguments.of("", """
                        f:1:1: listener: is missing; allowed: at least one [[listener]]
                        f:1:1: endpoint: is missing; allowed: at least one [[endpoint]]"""),
                Arguments.of("listener = []\n" + ENDPOINT, """
                        f:1:1: listener: is missing; allowed: at least one [[listener]]"""),
                Arguments.of("[listener]\nport = 1\n" + ENDPOINT, """
                        f:1:1: listener: a table is in its place; allowed: a table that begins with [[listener]]"""),
                Arguments.of("endpoint = [3]\n" + LISTENER, """
                        f:1:1: endpoint: a list is in its place; allowed: a table that begins with [[endpoint]]"""),
                Arguments.of("[[server]]\n" + LISTENER + ENDPOINT, """
                        f:1:1: server: a list is in its place; allowed: a table that begins with [server]"""),
                // What the parser quotes must not reach a terminal as it stands in the file.
                Arguments.of("[server]\nname = \"\\\33[2J\"\n" + LISTENER + ENDPOINT, """
                        f:2:9: syntax: Invalid escape sequence '\\\\u001B'"""),
                Arguments.of("port = 1\n" + LISTENER + ENDPOINT, """
                        f:1:1: port: is not known; the nearest key is listener.port"""),
                Arguments.of(LISTENER + ENDPOINT + "\n  [serve]\n", """
                        f:7:3: serve: is not known; the nearest table is [server]"""),
                Arguments.of(LISTENER + ENDPOINT + "[endpoints]\n", """
                        f:6:1: endpoints: is not known; the nearest table is [[endpoint]]"""),
                Arguments.of(LISTENER + ENDPOINT + "  max-frame-bytes = 1\n", """
                        f:6:3: endpoint.max-frame-bytes: is not known; the nearest key is endpoint.frame-bytes-max"""),
                Arguments.of(LISTENER + ENDPOINT + "backlog = 1\n", """
                        f:6:1: endpoint.backlog: is not known; the nearest key is server.backlog"""),
                Arguments.of(LISTENER + ENDPOINT + "\"fragments max\" = 1\n", """
                        f:6:1: endpoint."fragments max": is not known; the nearest key is endpoint.fragments-max"""),
                Arguments.of(LISTENER + "[[endpoint]]\napp = \"echo\"\n", """
                        f:3:1: endpoint.path: is missing; allowed: %s""".formatted(PATHS)),
                Arguments.of(LISTENER + "[[endpoint]]\npath = \"echo\"\n", """
                        f:3:1: endpoint.app: is missing; allowed: "echo"
                        f:4:1: endpoint.path: "echo" is not a path; allowed: %s""".formatted(PATHS)),
                Arguments.of(LISTENER + "[[endpoint]]\npath = \"/a?b\"\napp = \"ecko\"\n", """
                        f:4:1: endpoint.path: "/a?b" is not a path; allowed: %s
                        f:5:1: endpoint.app: "ecko" is not an application; allowed: "echo\"""".formatted(PATHS)),
                Arguments.of(
                        LISTENER + ENDPOINT + "origins = [\"*\", \"foo\",\n  3, \"*\", \"https://a.b/\"]\n",
                        """
                        f:6:17: endpoint.origins: "foo" is not an origin; allowed: %1$s
                        f:7:3: endpoint.origins: 3 is not text; allowed: %1$s
                        f:7:6: endpoint.origins: "*" stands there twice, first at line 6; allowed: each once
                        f:7:11: endpoint.origins: "https://a.b/" is not an origin; allowed: %1$s""".formatted(ORIGINS)),
                Arguments.of(LISTENER + ENDPOINT + "origins = [\"https://a.b\",\n \"HTTPS://A.b:443\"]\n", """
                        f:7:2: endpoint.origins: "HTTPS://A.b:443" stands there twice, first at line 6; allowed: each once"""),
                Arguments.of(LISTENER + ENDPOINT + "origins = [\"*\", \"https://a.b\"]\n", """
                        f:6:1: endpoint.origins: "*" stands beside others; allowed: "*" alone, or a list without it"""),
                Arguments.of(LISTENER + "[[endpoint]]\npath = \"/health\"\napp = \"echo\"\n", """
                        f:4:1: endpoint.path: "/health" is the daemon's own; allowed: any other path"""),
                Arguments.of(LISTENER + "[[endpoint]]\npath = \"/console.js\"\napp = \"echo\"\n", """
                        f:4:1: endpoint.path: "/console.js" is the daemon's own; allowed: any other path"""),
                Arguments.of(
                        LISTENER + "[http]\nrequest-line-bytes-max = 64\n[[endpoint]]\npath = \"/" + "a".repeat(51)
                                + "\"\napp = \"echo\"\n",
                        """
                        f:6:1: endpoint.path: "/%s" is too long; allowed: up to 51 characters, \
                        since a request for it has to fit into request-line-bytes-max""".formatted("a".repeat(51))),
                Arguments.of(LISTENER + ENDPOINT + "colour = \"red\"\n[log]\nlevel = 1\n", """
                        f:6:1: endpoint.colour: is not known
                        f:7:1: log: is not known"""),
                Arguments.of(LISTENER + ENDPOINT + "[server]\ntimeout = \"1s\"\n", """
                        f:7:1: server.timeout: is not known"""),
                Arguments.of(LISTENER + ENDPOINT + "slow-consumer-policy = \"drop\"\nexecution = 1\n", """
                        f:6:1: endpoint.slow-consumer-policy: "drop" is not a policy; \
                        allowed: "close", "drop-newest", "drop-oldest" or "keep-latest"
                        f:7:1: endpoint.execution: 1 is not text; allowed: "loop" or "workers\""""),
                Arguments.of(LISTENER + ENDPOINT + "[threads]\n idling = \"spin\"\nloops = 0\nworker = 1\n", """
                        f:7:2: threads.idling: "spin" is not a way of idling; \
                        allowed: "blocking", "backing-off" or "spinning"
                        f:8:1: threads.loops: 0 is out of range; allowed: a whole number of threads, 1 to 1024
                        f:9:1: threads.worker: is not known; the nearest key is threads.workers"""),
                Arguments.of(LISTENER + ENDPOINT + "subprotocols = [\"a b\"]\n", """
                        f:6:17: endpoint.subprotocols: "a b" is not the name of a subprotocol; allowed: \
                        the name of a subprotocol: ASCII letters, digits and !#$%&'*+-.^_`|~"""),
                Arguments.of("[[listener]]\naddress = \"\"\n" + ENDPOINT, """
                        f:2:1: listener.address: "" is not an address; \
                        allowed: an IPv4 or IPv6 address or a host name, without a port"""),
                Arguments.of(LISTENER + LISTENER + ENDPOINT, """
                        f:4:1: listener: localhost port 1 stands there twice, first at line 2; allowed: each address and port once"""),
                Arguments.of(LISTENER + ENDPOINT + ENDPOINT, """
                        f:7:1: endpoint.path: "/" stands there twice, first at line 4; allowed: each path once"""),
                Arguments.of(LISTENER + "[server]\nidle-timeout = \"5 s\"\nbacklog = 1.5\n" + ENDPOINT, """
                        f:4:1: server.idle-timeout: "5 s" is not a duration; allowed: a duration, "10ms" to "24h": \
                        in quotes, a whole number and its unit, which is ms, s, m or h
                        f:5:1: server.backlog: 1.5 is not a whole number; \
                        allowed: a whole number of connections, 1 to 65535"""),
                Arguments.of(LISTENER + "[server]\nbacklog = = 5\n[http]\nheaders-max = 0\n", """
                        f:4:11: syntax: Unexpected '=', expected a value
                        f:6:1: http.headers-max: 0 is out of range; \
                        allowed: a whole number of fields, 8 to 10000"""),
                Arguments.of(LISTENER + "[server]\n[server]\n" + ENDPOINT, """
                        f:4:1: syntax: server previously defined at line 3, column 1"""));
    }

    /** The parser puts what stands in a table whose header is wrong into another one: nothing is told of that. */
    static List<Arguments> brokenTables() {
        return List.of(
                Arguments.of("[server]\nbacklog = 1\n[server]\nbacklog = 2\n", """
                        f:3:1: syntax: server previously defined at line 1, column 1"""),
                Arguments.of(LISTENER + "[listener]\nport = 2\nbacklog = 1\n", """
                        f:3:1: syntax: listener previously defined at line 1, column 1"""),
                Arguments.of("[server]\n[[server]]\nport = 0\n[http]\nheaders-max = 0\n", """
                        f:2:1: syntax: server is not an array (previously defined at line 1, column 1)
                        f:5:1: http.headers-max: 0 is out of range; allowed: a whole number of fields, 8 to 10000"""),
                Arguments.of(LISTENER + "[http x]\nheaders-max = 50\n", """
                        f:3:7: syntax: Unexpected 'x', expected ]"""),
                Arguments.of("[http x]\nheaders-max = 50\n", """
                        f:1:7: syntax: Unexpected 'x', expected ]"""),
                Arguments.of("[[endpoint]]\npath = \"/\"\n[[endpoint]\npath = \"/\"\n\n  [server]\nbacklg = 1\n", """
                        f:3:11: syntax: Unexpected ']', expected ]] or .
                        f:7:1: server.backlg: is not known; the nearest key is server.backlog"""),
                Arguments.of("[server]\n[server]\nbacklog = 1\nbacklog = = 2\n", """
                        f:2:1: syntax: server previously defined at line 1, column 1
                        f:4:11: syntax: Unexpected '=', expected a value"""));
    }

    @ParameterizedTest
    @MethodSource("brokenTables")
    void shouldTellNothingFalseOfATableWithABrokenHeader(final String text, final String expected) {
        assertThat(messageOf(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void shouldTellWhatIsWrongAndWhere(final String text, final String expected) {
        assertThat(messageOf(text)).isEqualTo(expected);
    }

    @Test
    void shouldShortenAVeryLongValue() {
        assertThat(messageOf(LISTENER + ENDPOINT + "origins = [\"" + "x".repeat(10_000) + "\"]\n"))
                .contains("x".repeat(60) + "\"… is not an origin")
                .hasSizeLessThan(300);
    }

    @Test
    void shouldTellOfAFileThatIsNotThere() {
        final Path missing = folder.resolve("none.toml");
        assertThat(failureAt(missing)).isEqualTo(missing + ": file: there is no such file");
    }

    /** As a test may run as root, whom nothing is denied, the system's refusal is made here. */
    @Test
    void shouldTellThatPermissionIsDenied() {
        final Path secret = folder.resolve("secret.toml");
        assertThat(SettingsFile.unreadable(secret, new AccessDeniedException(secret.toString())))
                .hasMessage(secret + ": file: permission denied; allowed: a readable file");
    }

    @Test
    void shouldTellOfAFileInPlaceOfAFolder() throws IOException {
        final Path file = Files.createFile(folder.resolve("file"));
        assertThat(failureAt(file.resolve("a.toml")))
                .isEqualTo(file + "/a.toml: file: cannot be read: Not a directory; allowed: a readable file");
    }

    @Test
    void shouldTellOfAFolderInPlaceOfAFile() {
        assertThat(failureAt(folder)).isEqualTo(folder + ": file: is a directory; allowed: a readable file");
    }

    @Test
    void shouldTellOfANameThatIsEmpty() {
        assertThat(failureAt(Path.of(""))).isEqualTo("\"\": file: is no name; allowed: a readable file");
    }

    @Test
    void shouldTellWhereAFileIsNotUtf8() throws IOException {
        final Path latin = folder.resolve("latin.toml");
        Files.write(latin, "# a\n# bé".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(failureAt(latin)).isEqualTo(latin + ":2:4: syntax: is not UTF-8");
    }

    @Test
    void shouldCountColumnsFromAfterAByteOrderMark() throws IOException {
        final Path marked = folder.resolve("marked.toml");
        Files.writeString(marked, "\ufeffport = 1\n" + LISTENER + ENDPOINT);
        assertThat(catchThrowableOfType(
                        MistakenSettings.class, () -> SettingsFile.at(marked).settings()))
                .hasMessage(marked + ":1:1: port: is not known; the nearest key is listener.port");
        Files.write(marked, "\ufeff# \u00e9\u00ff".getBytes(StandardCharsets.UTF_8));
        final byte[] bytes = Files.readAllBytes(marked);
        bytes[bytes.length - 1] = 'x';
        Files.write(marked, bytes);
        assertThat(failureAt(marked)).isEqualTo(marked + ":1:4: syntax: is not UTF-8");
    }

    @Test
    void shouldTakeAByteOrderMarkOnlyWhole() throws IOException {
        final Path cut = folder.resolve("cut.toml");
        Files.write(cut, new byte[] {(byte) 0xef, (byte) 0xbb});
        assertThat(failureAt(cut)).isEqualTo(cut + ":1:1: syntax: is not UTF-8");
    }

    @Test
    void shouldNotReadAFileOfAnyLength() throws IOException {
        final Path huge = folder.resolve("huge.toml");
        Files.write(huge, new byte[(1 << 20) + 1]);
        assertThat(failureAt(huge)).isEqualTo(huge + ": file: is too long; allowed: up to 1048576 bytes");
    }

    private static String messageOf(final String text) {
        return catchThrowableOfType(
                        MistakenSettings.class, () -> SettingsFile.of("f", text).settings())
                .getMessage();
    }

    private static String failureAt(final Path path) {
        return catchThrowableOfType(MistakenSettings.class, () -> SettingsFile.at(path))
                .getMessage();
    }
}
