package io.headgate.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged gateway, whose standard output is a pipe that nobody reads for a while, with all that can be logged. */
class BlockedOutputIT {

    /** Each logs more than a kilobyte; a pipe holds 64. */
    private static final int MANY = 500;

    @Test
    void theGatewayAnswersAndTellsWhatWasLost(@TempDir Path directory) throws Exception {
        // Given
        Path pipe = directory.resolve("pipe");
        run("mkfifo", pipe.toString());
        Path read = directory.resolve("read");
        Process reader = new ProcessBuilder("cat", pipe.toString())
                .redirectOutput(read.toFile())
                .start();
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        configuration.put("headgate.http.shutdown-delay", "0s");
        configuration.put("quarkus.log.level", "DEBUG");
        try (GatewayProcess gateway = GatewayProcess.start(configuration, pipe)) {
            // When
            run("kill", "-STOP", String.valueOf(reader.pid()));
            List<Map<String, Object>> answers = IntStream.range(0, MANY)
                    .mapToObj(i -> gateway.ask("{ users(first: 1) { totalCount } a" + i + ": __typename }", Map.of())
                            .join())
                    .toList();
            run("kill", "-CONT", String.valueOf(reader.pid()));
            gateway.terminate();

            // Then
            assertThat(answers).hasSize(MANY).allMatch(answer -> answer.containsKey("users"));
            assertThat(gateway.exitCode()).isZero();
            assertThat(reader.waitFor()).isZero();
            try (Stream<String> lines = Files.lines(read)) {
                assertThat(lines).anyMatch(line -> line.contains("log records lost: "));
            }
        } finally {
            reader.destroyForcibly();
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }
}
