package io.headgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The packaged gateway as a process of its own, native where that was built, which can be killed at any moment. */
public final class GatewayProcess implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Pattern SECRET =
            Pattern.compile("password$|secret$|secret-access-key$|session-token$|redis\\.hosts$|otlp\\.headers$");
    private static final Duration LONGEST_START = Duration.ofSeconds(90);
    private static final Duration LONGEST_END = Duration.ofSeconds(90);

    private final Process process;
    private final int port;
    private final int managementPort;

    private GatewayProcess(Process process, int port, int managementPort) {
        this.process = process;
        this.port = port;
        this.managementPort = managementPort;
    }

    /** Starts a gateway and returns when it is ready. */
    public static GatewayProcess start(Map<String, String> configuration) {
        return start(configuration, Map.of());
    }

    /** Starts a gateway with more in its environment, and returns when it is ready. */
    public static GatewayProcess start(Map<String, String> configuration, Map<String, String> environment) {
        GatewayProcess gateway = launch(configuration, environment);
        gateway.awaitReady();
        return gateway;
    }

    /** Starts a gateway whose output goes into a pipe that is read by {@link #output()} alone, and returns when it is ready. */
    public static GatewayProcess startIntoPipe(Map<String, String> configuration) {
        GatewayProcess gateway = launch(configuration, Map.of(), port -> ProcessBuilder.Redirect.PIPE);
        gateway.awaitReady();
        return gateway;
    }

    /** Starts a gateway, and does not wait for what becomes of it. Secrets go into its environment, which others can't see. */
    public static GatewayProcess launch(Map<String, String> configuration, Map<String, String> environment) {
        return launch(
                configuration,
                environment,
                port -> ProcessBuilder.Redirect.to(log(port).toFile()));
    }

    private static GatewayProcess launch(
            Map<String, String> configuration,
            Map<String, String> environment,
            IntFunction<ProcessBuilder.Redirect> output) {
        try {
            int port = freePort();
            int managementPort = freePort();
            Map<String, String> properties = new HashMap<>(configuration);
            properties.putIfAbsent("headgate.security.mode", "none");
            // Tests come from one address, and many of them ask all the time.
            properties.putIfAbsent("headgate.limits.request-rate", "0");
            properties.putIfAbsent("headgate.limits.failed-authentication-rate", "0");
            properties.put("quarkus.http.port", String.valueOf(port));
            properties.put("quarkus.http.host", "127.0.0.1");
            properties.put("quarkus.management.port", String.valueOf(managementPort));
            properties.put("quarkus.management.host", "127.0.0.1");
            Map<String, String> secrets = new HashMap<>();
            properties.entrySet().removeIf(property -> {
                boolean isSecret = isSecret(property.getKey());
                if (isSecret) {
                    secrets.put(variable(property.getKey()), property.getValue());
                }
                return isSecret;
            });
            ProcessBuilder builder = new ProcessBuilder(command(properties))
                    .redirectErrorStream(true)
                    .redirectOutput(output.apply(port));
            builder.environment().putAll(secrets);
            builder.environment().putAll(environment);
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new GatewayProcess(process, port, managementPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSecret(String property) {
        return property.startsWith("quarkus.") && SECRET.matcher(property).find();
    }

    private static String variable(String property) {
        return property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static List<String> command(Map<String, String> properties, String... arguments) {
        Path executable = Path.of(System.getProperty("native.image.path", ""));
        boolean isNative = Files.isRegularFile(executable);
        List<String> command = new ArrayList<>(
                isNative
                        ? List.of(executable.toString())
                        : List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1"));
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        if (!isNative) {
            command.addAll(List.of("-jar", "target/quarkus-app/quarkus-run.jar"));
        }
        command.addAll(List.of(arguments));
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (!isReady()) {
            assertThat(process.isAlive()).as(this::said).isTrue();
            assertThat(System.nanoTime()).as(this::said).isLessThan(deadline);
        }
    }

    private String said() {
        return Files.exists(log(port)) ? String.join("\n", log()) : "its output is in a pipe";
    }

    /** Whether it wants requests. */
    public boolean isReady() {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + managementPort + "/q/health/ready"))
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
        return management("/q/metrics").body();
    }

    /** What it answers at its management port. */
    public HttpResponse<String> management(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .timeout(Duration.ofSeconds(20))
                .build();
        return HTTP.sendAsync(request, BodyHandlers.ofString()).join();
    }

    /** Its command, as {@code ps} shows it to everybody on the machine. */
    public String commandLine() {
        return process.info().command().orElse("")
                + String.join(" ", process.info().arguments().orElse(new String[0]));
    }

    /** What it has printed, where that goes into a pipe. */
    public BufferedReader output() {
        return process.inputReader();
    }

    /** What it has logged, where that goes into its file. */
    public List<String> log() {
        try {
            return Files.readAllLines(log(port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path log(int port) {
        return Path.of("target", "gateway-" + port + ".log");
    }

    /** Where GraphQL is. */
    public int port() {
        return port;
    }

    /** The process. */
    public long pid() {
        return process.pid();
    }

    /** The exit code of {@code headgate health}, run beside it with the same environment. */
    public int health(String... path) {
        List<String> command = command(
                Map.of(), Stream.concat(Stream.of("health"), Stream.of(path)).toArray(String[]::new));
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("QUARKUS_MANAGEMENT_PORT", String.valueOf(managementPort));
            return exitCode(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end, as ECS and Kubernetes do: SIGTERM. */
    public void terminate() {
        // Unlike the process, its handle leaves the pipes open.
        process.toHandle().destroy();
    }

    /** The exit code, once it has ended. */
    public int exitCode() {
        return exitCode(process);
    }

    private static int exitCode(Process process) {
        return process.onExit()
                .orTimeout(LONGEST_END.toSeconds(), TimeUnit.SECONDS)
                .join()
                .exitValue();
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
