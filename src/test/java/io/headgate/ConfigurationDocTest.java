package io.headgate;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/configuration.md lists exactly the properties that the code reads, with their defaults. */
class ConfigurationDocTest {

    private static final Path DOC = Path.of("docs/configuration.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(headgate\\.[^`]+)` \\| ([^|]*) \\|");

    @Test
    void everyPropertyIsDocumentedWithItsDefaultAndNoOther() throws IOException {
        Map<String, String> inCode = new TreeMap<>();
        for (JavaClass each : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.headgate")) {
            if (each.isAnnotatedWith(ConfigMapping.class)) {
                Class<?> mapping = each.reflect();
                String prefix = Objects.requireNonNull(mapping.getAnnotation(ConfigMapping.class))
                        .prefix();
                for (Method property : mapping.getDeclaredMethods()) {
                    inCode.put(prefix + "." + kebab(property.getName()), defaultOf(property));
                }
            }
        }

        Map<String, String> inDoc = ROW.matcher(Files.readString(DOC))
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1), ConfigurationDocTest::cell, (a, b) -> a + " and " + b, TreeMap::new));

        assertThat(inDoc).isEqualTo(inCode);
    }

    private static String cell(MatchResult row) {
        return row.group(2).strip().replace("`", "");
    }

    private static String defaultOf(Method property) {
        WithDefault value = property.getAnnotation(WithDefault.class);
        if (value != null) {
            return value.value();
        }
        return property.getReturnType() == Optional.class || property.getReturnType() == Map.class
                ? "none"
                : "required";
    }

    private static String kebab(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
