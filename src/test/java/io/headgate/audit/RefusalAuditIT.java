package io.headgate.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.SocketClient;
import io.headgate.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The record that each refusal leaves on the standard output of the packaged gateway. */
class RefusalAuditIT {

    private static final String READ = "{ users(first: 1) { pageInfo { hasNextPage } } }";
    private static final String CHANGE = "mutation Change { deleteUser(id: \"?\") { id } }";

    @SuppressWarnings("NullAway.Init")
    private static AuditedGateway gateway;

    @BeforeAll
    static void start() {
        gateway = AuditedGateway.start(Map.of("headgate.http.max-body-size", "10K"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | none | anonymous | http | 401",
                "application/json | wrong | anonymous | http | 401",
                "application/json | reader-key | reader-service | http | 403",
                "application/json | operator-key | operator-service | http | 403",
                "text/event-stream | wrong | anonymous | sse | 401",
                "text/event-stream | none | anonymous | sse | none",
                "text/event-stream | reader-key | reader-service | sse | none",
            })
    void whoMayNot(String accept, String key, String caller, String transport, String status) {
        String[] headers = key.equals("none")
                ? new String[] {"Accept", accept}
                : new String[] {"Accept", accept, "X-API-Key", key};

        List<Map<String, Object>> records = gateway.recordsOf(() -> gateway.post(CHANGE, Map.of(), headers));

        assertThat(records).singleElement().satisfies(only -> {
            assertThat(only)
                    .containsEntry("outcome", "REFUSED")
                    .containsEntry("caller", caller)
                    .containsEntry("transport", transport)
                    .containsEntry("codes", List.of(caller.equals("anonymous") ? "UNAUTHENTICATED" : "FORBIDDEN"));
            assertThat(String.valueOf(only.getOrDefault("status", "none"))).isEqualTo(status);
            if (key.equals("wrong")) {
                assertThat(only).doesNotContainKeys("operation", "fields");
            } else {
                assertThat(only)
                        .containsEntry("operation", "mutation")
                        .containsEntry("operationName", "Change")
                        .containsEntry("fields", List.of(Map.of("name", "deleteUser")));
            }
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET | ?query=mutation%7BdeleteUser(id:%22x%22)%7Bid%7D%7D | application/json | * | | 405 | INVALID_ARGUMENT",
                "PUT | | application/json | * | {} | 405 | INVALID_ARGUMENT",
                "POST | | application/json | text/html | {} | 406 | INVALID_ARGUMENT",
                "POST | | text/plain | * | {} | 415 | INVALID_ARGUMENT",
                "POST | | application/json | * | {\"query\" | 400 | INVALID_ARGUMENT",
                "POST | | application/json | * | [{\"query\": \"{ __typename }\"}] | 400 | INVALID_ARGUMENT",
                "POST | | application/json | * | {} | 400 | INVALID_ARGUMENT",
                "POST | | application/json | * | {\"query\": \"{ nothing }\"} | 200 | INVALID_ARGUMENT",
                "POST | | application/json | * | {\"query\": \"{\"} | 200 | INVALID_ARGUMENT",
                "POST | | application/json | application/graphql-response+json | {\"query\": \"{\"} | 400 | INVALID_ARGUMENT",
                "POST | | application/json | * | {\"query\": \"{ __schema { description } }\"} | 200 | INVALID_ARGUMENT",
                "POST | | application/json | * | {\"query\": \"subscription { operationProgress(id: 1) { id } }\"} | 403 | FORBIDDEN",
                "POST | | application/json | * | MANY_ALIASES | 200 | RESOURCE_EXHAUSTED",
                "POST | | application/json | * | LARGE | 413 | INVALID_ARGUMENT",
            })
    void whatMayNotBe(String method, String query, String type, String accept, String body, int status, String code) {
        String aliases =
                IntStream.range(0, 100).mapToObj(i -> "a" + i + ": __typename").collect(Collectors.joining(" "));
        String text = body == null
                ? ""
                : body.replace("MANY_ALIASES", Json.write(Map.of("query", "{ " + aliases + " }")))
                        .replace("LARGE", " ".repeat(20_000));

        List<Map<String, Object>> records =
                gateway.recordsOf(() -> gateway.send(gateway.request(query == null ? "" : query)
                        .setHeader("Content-Type", type)
                        .header("Accept", accept.replace("*", "*/*"))
                        .header("X-API-Key", "editor-key")
                        .method(method, BodyPublishers.ofString(text))));

        assertThat(records)
                .singleElement()
                .satisfies(only -> assertThat(only)
                        .containsEntry("outcome", "REFUSED")
                        .containsEntry("transport", "http")
                        .containsEntry("status", status)
                        .containsEntry("codes", List.of(code)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{}", "{\"query\": \"{ nothing }\"}", "{\"query\": \"{\"}"})
    void whatIsToldInAStream(String body) {
        List<Map<String, Object>> records = gateway.recordsOf(() -> gateway.send(gateway.request("")
                .header("Accept", "text/event-stream")
                .header("X-API-Key", "reader-key")
                .POST(BodyPublishers.ofString(body))));

        assertThat(records)
                .singleElement()
                .satisfies(only -> assertThat(only)
                        .containsEntry("outcome", "REFUSED")
                        .containsEntry("transport", "sse")
                        .containsEntry("caller", "reader-service")
                        .containsEntry("codes", List.of("INVALID_ARGUMENT"))
                        .doesNotContainKey("status"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "4400 | nonsense",
                "4400 | {\"type\": \"nothing\"}",
                "4401 | {\"type\": \"subscribe\", \"id\": \"1\", \"payload\": {\"query\": \"{ __typename }\"}}",
                "4403 | {\"type\": \"connection_init\", \"payload\": {\"X-API-Key\": \"wrong\"}}",
                "4403 | {\"type\": \"connection_init\", \"payload\": {\"Authorization\": \"Bearer wrong\"}}",
            })
    void aWebSocketThatIsClosed(int code, String message) {
        List<Map<String, Object>> records = gateway.recordsOf(() -> {
            try (SocketClient client = SocketClient.connect(gateway.port())) {
                client.send(message);
                assertThat(client.closeCode()).isEqualTo(code);
            }
        });

        assertThat(records)
                .singleElement()
                .satisfies(only -> assertThat(only)
                        .containsEntry("outcome", "REFUSED")
                        .containsEntry("transport", "websocket")
                        .containsEntry("caller", "anonymous")
                        .containsEntry("codes", List.of(code == 4400 ? "INVALID_ARGUMENT" : "UNAUTHENTICATED"))
                        .containsEntry("status", code));
    }

    @Test
    void aWebSocketThatIsClosedForWhatItsCallerDoes() {
        List<Map<String, Object>> records = gateway.recordsOf(() -> {
            try (SocketClient client = gateway.socket("reader-key")) {
                client.send("{\"type\": \"connection_init\"}");
                assertThat(client.closeCode()).isEqualTo(4429);
            }
        });

        assertThat(records)
                .singleElement()
                .satisfies(only -> assertThat(only)
                        .containsEntry("caller", "reader-service")
                        .containsEntry("status", 4429)
                        .containsEntry("codes", List.of("RESOURCE_EXHAUSTED")));
    }

    @Test
    void operationsOnAWebSocket() {
        List<Map<String, Object>> records = gateway.recordsOf(() -> {
            try (SocketClient client = gateway.socket("reader-key")) {
                client.subscribe("1", CHANGE, Map.of());
                assertThat(client.next()).containsEntry("type", "error");
                client.subscribe("2", "{", Map.of());
                assertThat(client.next()).containsEntry("type", "error");
                client.send("{\"id\": \"3\", \"type\": \"subscribe\", \"payload\": {}}");
                assertThat(client.next()).containsEntry("type", "error");
            }
        });

        assertThat(records)
                .allSatisfy(each -> assertThat(each)
                        .containsEntry("outcome", "REFUSED")
                        .containsEntry("caller", "reader-service")
                        .containsEntry("transport", "websocket")
                        .doesNotContainKey("status"))
                .extracting(each -> each.get("codes") + " " + each.get("fields"))
                .containsExactly(
                        "[FORBIDDEN] [{name=deleteUser}]", "[INVALID_ARGUMENT] null", "[INVALID_ARGUMENT] null");
    }

    @Test
    void webSocketsThatAreNotOpened() {
        List<Map<String, Object>> records = gateway.recordsOf(() -> {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> closeCode("graphql-transport-ws", "https://evil.example.com"));
            assertThat(closeCode("graphql-ws", "http://127.0.0.1:" + gateway.port()))
                    .isEqualTo(4406);
        });

        assertThat(records)
                .extracting(each -> each.get("transport") + " " + each.get("status") + " " + each.get("codes"))
                .containsExactly("websocket 403 [FORBIDDEN]", "websocket 4406 [INVALID_ARGUMENT]");
    }

    private static int closeCode(String protocol, String origin) {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Origin", origin)
                .subprotocols(protocol)
                .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + "/graphql"), new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                        closed.complete(code);
                        return null;
                    }
                })
                .join();
        return closed.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Test
    void documentsThatAreNotTrusted(@TempDir Path directory) throws IOException {
        Path manifest = Files.writeString(directory.resolve("manifest.json"), Json.write(Map.of("read", READ)));
        try (AuditedGateway trusting =
                AuditedGateway.start(Map.of("headgate.http.trusted-documents", manifest.toString()))) {
            List<Map<String, Object>> records = trusting.recordsOf(() -> {
                trusting.post(READ, Map.of(), "X-API-Key", "reader-key");
                trusting.post(READ + " ", Map.of(), "X-API-Key", "reader-key");
                trusting.send(trusting.request("?documentId=write").header("X-API-Key", "reader-key"));
            });

            assertThat(records)
                    .extracting(each -> each.get("caller") + " " + each.get("codes"))
                    .containsExactly("reader-service [FORBIDDEN]", "reader-service [PERSISTED_QUERY_NOT_FOUND]");
        }
    }

    @Test
    void recordsGoToAFileWhereThatIsAsked(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("audit.log");
        try (AuditedGateway filing = AuditedGateway.start(Map.of(
                "quarkus.log.handler.file.\"audit-file\".enabled", "true",
                "quarkus.log.handler.file.\"audit-file\".path", file.toString(),
                "quarkus.log.category.\"headgate.audit\".handlers", "audit-file",
                "quarkus.log.category.\"headgate.audit\".use-parent-handlers", "false"))) {
            filing.post(CHANGE, Map.of(), "X-API-Key", "reader-key");

            assertThat(filing.lines()).isEmpty();
            assertThat(Files.readAllLines(file))
                    .singleElement()
                    .satisfies(line -> assertThat(String.valueOf(
                                    ((Map<?, ?>) Objects.requireNonNull(Json.read(line))).get("message")))
                            .startsWith("{\"timestamp\":")
                            .contains("\"caller\":\"reader-service\""));
        }
    }

    @Test
    void moreThanTheRateAreCountedAndTheCountIsWrittenAtTheEnd() {
        try (AuditedGateway flooded = AuditedGateway.start(
                Map.of("headgate.audit.refusals-per-minute", "2", "headgate.http.shutdown-delay", "0s"))) {
            IntStream.range(0, 5).forEach(i -> flooded.post(READ, Map.of(), "X-API-Key", "wrong" + i));
            flooded.post(CHANGE, Map.of(), "X-API-Key", "reader-key");

            flooded.terminate();

            assertThat(flooded.lines()).hasSize(4).noneMatch(line -> line.contains("wrong"));
            assertThat(flooded.lines().get(3)).contains("\"REFUSED_MORE\"", "\"anonymous\"", "\"count\":3");
        }
    }
}
