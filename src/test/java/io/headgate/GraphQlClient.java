package io.headgate;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.json.Json;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks the running gateway, over HTTP. */
public final class GraphQlClient {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private GraphQlClient() {}

    /** What {@code /graphql} answers to a document without variables. */
    public static Answer ask(String query) {
        return ask(query, Map.of());
    }

    /** What {@code /graphql} answers. */
    @SuppressWarnings("unchecked")
    public static Answer ask(String query, Map<String, ? extends @Nullable Object> variables) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + "/graphql"))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofByteArray(Json.writeUtf8(Map.of("query", query, "variables", variables))))
                .build();
        try {
            HttpResponse<byte[]> response = HTTP.send(request, BodyHandlers.ofByteArray());
            assertThat(response.statusCode()).isEqualTo(200);
            return new Answer((Map<String, @Nullable Object>) Objects.requireNonNull(Json.read(response.body())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A response as plain values. */
    public record Answer(Map<String, @Nullable Object> response) {

        /** The value at a path of keys and indexes below {@code data}. */
        public @Nullable Object data(Object... path) {
            return at(response.get("data"), path);
        }

        /** A text below {@code data}. */
        public String text(Object... path) {
            return (String) Objects.requireNonNull(data(path));
        }

        /** A list below {@code data}. */
        @SuppressWarnings("unchecked")
        public List<@Nullable Object> list(Object... path) {
            return (List<@Nullable Object>) Objects.requireNonNull(data(path));
        }

        public boolean hasErrors() {
            return response.containsKey("errors");
        }

        /** The codes of all errors, in order. */
        public List<String> codes() {
            return errors().stream()
                    .map(error -> String.valueOf(at(error, "extensions", "code")))
                    .toList();
        }

        /** The messages of all errors, in order. */
        public List<String> messages() {
            return errors().stream()
                    .map(error -> String.valueOf(at(error, "message")))
                    .toList();
        }

        private List<?> errors() {
            return response.get("errors") instanceof List<?> errors ? errors : List.of();
        }

        private static @Nullable Object at(@Nullable Object root, Object... path) {
            Object value = root;
            for (Object step : path) {
                value = step instanceof Integer index
                        ? ((List<?>) Objects.requireNonNull(value)).get(index)
                        : ((Map<?, ?>) Objects.requireNonNull(value)).get(step);
            }
            return value;
        }
    }
}
