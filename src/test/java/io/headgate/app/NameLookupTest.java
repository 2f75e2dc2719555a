package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Names whose address changes, in a JVM whose resolver reads a file: what comes after that, the JVM's cache and Vert.x, is
 * what a gateway has.
 */
class NameLookupTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void newConnectionsGoWhereTheNameLeadsNow() throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 db.example.com\n");
        try (ServerSocket first = listening("127.0.0.1", 0);
                ServerSocket second = listening("127.0.0.2", first.getLocalPort())) {
            Process process = process(hosts, first.getLocalPort());
            try (Writer asked = process.outputWriter(StandardCharsets.UTF_8);
                    BufferedReader answers = new BufferedReader(
                            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                assertThat(address(asked, answers)).isEqualTo("127.0.0.1");

                Files.writeString(hosts, "127.0.0.2 db.example.com\n");

                long deadline = System.nanoTime() + 20_000_000_000L;
                String address = address(asked, answers);
                while (!address.equals("127.0.0.2") && System.nanoTime() < deadline) {
                    address = address(asked, answers);
                }
                // The JVM's own thirty seconds are longer.
                assertThat(address).isEqualTo("127.0.0.2");
                assertThat(second.isBound()).isTrue();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static String address(Writer asked, BufferedReader answers) throws IOException {
        asked.write("\n");
        asked.flush();
        return String.valueOf(answers.readLine());
    }

    private static ServerSocket listening(String address, int port) throws IOException {
        ServerSocket server = new ServerSocket(port, 50, InetAddress.getAllByName(address)[0]);
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    server.accept().close();
                }
            } catch (IOException e) {
                // The test has ended.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private static Process process(Path hosts, int port) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djdk.net.hosts.file=" + hosts,
                        "-cp",
                        String.join(
                                File.pathSeparator,
                                "target/test-classes",
                                "target/classes",
                                Files.readString(Path.of("target/test-classpath"))
                                        .strip()),
                        ChangingName.class.getName(),
                        "db.example.com",
                        String.valueOf(port)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
