package io.headgate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** GraphQL over server-sent events, each operation on a connection of its own. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class EventStreamTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Test
    void queryIsOneResultAndTheEnd() throws Exception {
        HttpResponse<String> response = post("{ __typename }");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream; charset=utf-8");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(response.body())
                .isEqualTo(
                        ":\n\nevent: next\ndata: {\"data\":{\"__typename\":\"Query\"}}\n\nevent: complete\ndata:\n\n");
    }

    @Test
    void whatCantBeExecutedIsToldInTheStream() throws Exception {
        assertThat(post("{ nothing }").body()).contains("event: next", "INVALID_ARGUMENT", "event: complete");
        assertThat(send(request().POST(BodyPublishers.ofString("[]"))).body())
                .contains("event: next", "INVALID_ARGUMENT", "event: complete");
        assertThat(post("subscription { operationProgress(id: \"operation:none\") { id } }")
                        .body())
                .contains("event: next", "NOT_FOUND", "event: complete");
    }

    @Test
    void subscriptionSendsEachEventUntilItsEnd() throws Exception {
        String key = "sse-" + UUID.randomUUID();
        Object id = GraphQlClient.ask(
                        "mutation($key: String!) { createSnapshot(input: {database: \"rds:mydb\", name: $key, idempotencyKey: $key}) { id } }",
                        Map.of("key", key))
                .data("createSnapshot", "id");

        HttpResponse<String> response = post("subscription { operationProgress(id: \"" + id + "\") { id state } }");

        assertThat(response.body()).contains("SUCCEEDED").endsWith("event: complete\ndata:\n\n");
    }

    @Test
    void getIsForQueriesAndSubscriptions() throws Exception {
        assertThat(get("{ __typename }")).contains("event: next\ndata: {\"data\":{\"__typename\":\"Query\"}}");
        assertThat(get("subscription { operationProgress(id: \"operation:none\") { id } }"))
                .contains("NOT_FOUND");
        assertThat(get("mutation { deleteUser(id: \"dXNlcjpwOmE\") { id } }")).contains("send mutations by POST");
    }

    private static String get(String query) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(url() + "?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)))
                .header("Accept", "text/event-stream")
                .timeout(Duration.ofSeconds(60))
                .build();
        return HTTP.send(request, BodyHandlers.ofString()).body();
    }

    private static HttpResponse<String> post(String query) throws Exception {
        return send(request().POST(BodyPublishers.ofByteArray(Json.writeUtf8(Map.of("query", query)))));
    }

    private static HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create(url()))
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream")
                .timeout(Duration.ofSeconds(60));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static String url() {
        return "http://127.0.0.1:" + RestAssured.port + "/graphql";
    }
}
