package io.headgate;

import io.headgate.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where GraphQL is asked without waiting, on a port of 127.0.0.1. */
public record GraphQlEndpoint(int port) {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Status and body of the response to a document, sent with these headers: names and values in turn. */
    public HttpResponse<String> send(String query, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/graphql"))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofByteArray(Json.writeUtf8(Map.of("query", query))));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.sendAsync(request.build(), BodyHandlers.ofString()).join();
    }

    /** The whole response. Fails where there is none, and where it is of another status than 200. */
    @SuppressWarnings("unchecked")
    public CompletableFuture<Map<String, Object>> response(
            String query, Map<String, ? extends @Nullable Object> variables) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/graphql"))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofByteArray(Json.writeUtf8(Map.of("query", query, "variables", variables))))
                .build();
        return HTTP.sendAsync(request, BodyHandlers.ofByteArray()).thenApply(response -> {
            if (response.statusCode() != 200) {
                throw new IllegalStateException("the status is " + response.statusCode());
            }
            return (Map<String, Object>) Objects.requireNonNull(Json.read(response.body()));
        });
    }
}
