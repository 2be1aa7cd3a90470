package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README's examples are Java, and use what there is. */
class ReadmeTest {

    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final String BEGINNING = """
            import io.godwit.reactor.*;
            import io.godwit.reactor.conversation.*;
            import io.godwit.reactor.endpoint.*;
            import io.godwit.reactor.topic.*;
            class Readme {
                static void all(WebSocketServerBuilder builder) throws Exception {
            """;

    @Test
    void shouldHaveExamplesThatCompile(@TempDir final Path classes) throws IOException {
        final Matcher examples = JAVA.matcher(Files.readString(Path.of("..", "README.md")));
        final StringBuilder source = new StringBuilder(BEGINNING);
        int count = 0;
        for (; examples.find(); count++) {
            source.append(examples.group(1));
        }
        source.append("}\n}\n");
        assertThat(count).isGreaterThanOrEqualTo(5);

        final StringWriter told = new StringWriter();
        assertThat(compile(source.toString(), classes, told))
                .as("%s%n%s", told, source)
                .isTrue();
    }

    private static boolean compile(final String source, final Path classes, final StringWriter told) {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final String path = Stream.of("java.class.path", "jdk.module.path")
                .map(System::getProperty)
                .filter(Objects::nonNull)
                .collect(Collectors.joining(File.pathSeparator));
        final List<String> options = List.of("-d", classes.toString(), "-cp", path, "-proc:none");
        final JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Readme.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(final boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        return compiler.getTask(told, null, null, options, null, List.of(file)).call();
    }
}
