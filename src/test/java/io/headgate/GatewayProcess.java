package io.headgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The packaged gateway as a process of its own, native where that was built, which can be killed at any moment. */
public final class GatewayProcess implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration LONGEST_START = Duration.ofSeconds(90);

    private final Process process;
    private final int port;

    private GatewayProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts a gateway and returns when it is ready. */
    public static GatewayProcess start(Map<String, String> configuration) {
        try {
            int port = freePort();
            List<String> command = new ArrayList<>(executable());
            configuration.forEach((name, value) -> command.add("-D" + name + "=" + value));
            command.add("-Dquarkus.http.port=" + port);
            command.add("-Dquarkus.http.host=127.0.0.1");
            if (command.get(0).endsWith("java")) {
                command.addAll(List.of("-jar", "target/quarkus-app/quarkus-run.jar"));
            }
            Path log = Path.of("target", "gateway-" + port + ".log");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            GatewayProcess gateway = new GatewayProcess(process, port);
            gateway.awaitReady(log);
            return gateway;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> executable() {
        Path executable = Path.of(System.getProperty("native.image.path", ""));
        return Files.isRegularFile(executable)
                ? List.of(executable.toString())
                : List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady(Path log) throws IOException {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (!isReady()) {
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            assertThat(System.nanoTime()).as(Files.readString(log)).isLessThan(deadline);
        }
    }

    private boolean isReady() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            Thread.onSpinWait();
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Asks without waiting; the value below {@code data}. Fails where there are errors. */
    @SuppressWarnings("unchecked")
    public CompletableFuture<Map<String, Object>> ask(String query, Map<String, ? extends @Nullable Object> variables) {
        return endpoint().response(query, variables).thenApply(response -> {
            assertThat(response).doesNotContainKey("errors");
            return (Map<String, Object>) Objects.requireNonNull(response.get("data"));
        });
    }

    /** Where it answers GraphQL. */
    public GraphQlEndpoint endpoint() {
        return new GraphQlEndpoint(port);
    }

    /** What it tells Prometheus. */
    public String metrics() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/metrics"))
                .timeout(Duration.ofSeconds(20))
                .build();
        return HTTP.sendAsync(request, BodyHandlers.ofString()).join().body();
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
