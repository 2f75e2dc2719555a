package io.headgate.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.SocketClient;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A packaged gateway with an API key for each role, whose records are read from its standard output. */
final class AuditedGateway implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final GatewayProcess process;

    private AuditedGateway(GatewayProcess process) {
        this.process = process;
    }

    /** The keys of {@code reader}, {@code editor} and {@code operator} are their names with {@code -key}. */
    static AuditedGateway start(Map<String, String> more) {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(LocalCloud.shared()));
        configuration.put("headgate.security.mode", "required");
        for (String role : List.of("reader", "editor", "operator")) {
            String property = "headgate.security.api-keys." + role + "-service.";
            configuration.put(property + "sha256", sha256(role + "-key"));
            configuration.put(property + "roles", role);
        }
        configuration.putAll(more);
        return new AuditedGateway(GatewayProcess.start(configuration));
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    int port() {
        return process.port();
    }

    /** A request to {@code /graphql}, with a query string or without. */
    HttpRequest.Builder request(String query) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/graphql" + query))
                .timeout(LONGEST)
                .header("Content-Type", "application/json");
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return HTTP.sendAsync(request.build(), BodyHandlers.ofString()).join();
    }

    /** The answer to a document, with headers: names and values in turn. */
    HttpResponse<String> post(String document, Map<String, ?> variables, String... headers) {
        HttpRequest.Builder request = request("")
                .POST(BodyPublishers.ofByteArray(Json.writeUtf8(Map.of("query", document, "variables", variables))));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** A WebSocket of a caller. */
    SocketClient socket(String key) {
        SocketClient client = SocketClient.connect(port());
        client.send(Json.write(Map.of("type", "connection_init", "payload", Map.of("X-API-Key", key))));
        assertThat(client.next()).containsEntry("type", "connection_ack");
        return client;
    }

    /** The lines of all records so far. */
    List<String> lines() {
        return process.log().stream()
                .filter(line -> line.contains("headgate.audit"))
                .toList();
    }

    /** The records that something leaves, in order; they are written before it is answered. */
    List<Map<String, Object>> recordsOf(Runnable action) {
        int before = lines().size();
        action.run();
        return since(before);
    }

    /** Waits for the first record after so many. */
    Map<String, Object> await(int before) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (lines().size() == before) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
        return since(before).get(0);
    }

    private List<Map<String, Object>> since(int before) {
        return lines().stream().skip(before).map(AuditedGateway::json).toList();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> json(String line) {
        return (Map<String, Object>) Objects.requireNonNull(Json.read(line));
    }

    void terminate() {
        process.terminate();
        process.exitCode();
    }

    @Override
    public void close() {
        process.close();
    }
}
