package io.headgate.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What docs/configuration.md names, as environment variables. */
final class DocumentedProperties {

    private static final Pattern NAME =
            Pattern.compile("`((?:headgate|quarkus)\\.[a-z0-9.-]+|AWS_[A-Z_]+)(?:=[^`]*)?`");

    private DocumentedProperties() {}

    /** The variables that set the documented properties, and those that the AWS SDK reads. */
    static Set<String> variables() throws IOException {
        return NAME.matcher(Files.readString(Path.of("docs/configuration.md")))
                .results()
                .map(name -> name.group(1).replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }
}
