package io.headgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of libraries that a build leaves beside the application is that of the libraries in the application. */
class SbomIT {

    private static final Path TARGET = Path.of("target");
    private static final String OF_AN_EXECUTABLE = "-native-image-source-jar";

    /** What native-image has itself, so that Quarkus does not give it these libraries. */
    private static final String OF_NATIVE_IMAGE = "org.graalvm.sdk.";

    @Test
    void listsTheLibrariesInThePackagedApplication() throws IOException {
        Path libraries = libraries();
        List<String> packaged = packaged(libraries);

        List<String> listed = listed();

        assertThat(packaged).isNotEmpty();
        assertThat(listed)
                .filteredOn(
                        name -> !libraries.toString().contains(OF_AN_EXECUTABLE) || !name.startsWith(OF_NATIVE_IMAGE))
                .containsExactlyInAnyOrderElementsOf(packaged);
    }

    private static List<String> listed() throws IOException {
        Map<?, ?> bill =
                (Map<?, ?>) Objects.requireNonNull(Json.read(Files.readString(TARGET.resolve("headgate.cdx.json"))));
        return ((List<?>) Objects.requireNonNull(bill.get("components")))
                .stream()
                        .map(component -> (Map<?, ?>) Objects.requireNonNull(component))
                        .filter(component -> !"io.headgate".equals(component.get("group")))
                        .map(component -> component.get("group") + "." + component.get("name") + "-"
                                + component.get("version") + ".jar")
                        .toList();
    }

    private static List<String> packaged(Path libraries) throws IOException {
        try (Stream<Path> files = Files.walk(libraries)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    // A library in which the build has changed a class is the same library.
                    .map(name -> name.replaceFirst("^modified-", ""))
                    .toList();
        }
    }

    /** Of the package that was made last: an executable is made beside that of the JVM. */
    private static Path libraries() throws IOException {
        try (Stream<Path> directories = Files.list(TARGET)) {
            return directories
                    .filter(directory -> directory.endsWith("quarkus-app")
                            || directory.toString().endsWith(OF_AN_EXECUTABLE))
                    .max(Comparator.comparing(directory -> directory.toFile().lastModified()))
                    .map(directory -> directory.resolve("lib"))
                    .orElseThrow();
        }
    }
}
