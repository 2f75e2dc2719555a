package io.headgate.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.headgate.SocketClient;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Automatic persisted queries, as Apollo's clients ask for them. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class PersistedQueriesTest {

    private static final String NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND";

    private final String query = "query Q" + UUID.randomUUID().toString().replace("-", "") + " { __typename }";
    private final String hash = sha256(query);

    @Test
    void documentIsAskedForByItsHashOnceItWasExecuted() {
        post(null, hash)
                .statusCode(200)
                .body("errors[0].message", equalTo("PersistedQueryNotFound"))
                .body("errors[0].extensions.code", equalTo(NOT_FOUND));
        post(query, hash).statusCode(200).body("data.__typename", equalTo("Query"));

        post(null, hash).statusCode(200).body("data.__typename", equalTo("Query"));

        given().accept("application/json")
                .queryParam("extensions", Json.write(extensions(hash)))
                .get("/graphql")
                .then()
                .statusCode(200)
                .body("data.__typename", equalTo("Query"));
        given().accept("application/json")
                .queryParam("documentId", "sha256:" + hash)
                .get("/graphql")
                .then()
                .statusCode(200)
                .body("data.__typename", equalTo("Query"));
    }

    @Test
    void whatAnotherReplicaHasKeptInRedisIsFoundAndVerified() throws Exception {
        redis(Request.cmd(Command.SET).arg("hg:pq:" + hash).arg(query));
        String forged = sha256("another document " + query);
        redis(Request.cmd(Command.SET).arg("hg:pq:" + forged).arg(query));

        post(null, hash).statusCode(200).body("data.__typename", equalTo("Query"));

        post(null, forged).statusCode(200).body("errors[0].extensions.code", equalTo(NOT_FOUND));
    }

    @Test
    void whatWasExecutedIsKeptInRedisForItsTime() throws Exception {
        post(query, hash).statusCode(200);

        Response kept;
        do {
            kept = redis(Request.cmd(Command.GET).arg("hg:pq:" + hash));
        } while (kept == null);

        assertThat(kept.toString()).isEqualTo(query);
        assertThat(Objects.requireNonNull(redis(Request.cmd(Command.TTL).arg("hg:pq:" + hash)))
                        .toInteger())
                .isBetween(1, 24 * 60 * 60);
    }

    @Test
    void hashOfAnotherDocumentIsRefused() {
        post(query, sha256("{ other }")).statusCode(200).body("errors[0].extensions.code", equalTo("INVALID_ARGUMENT"));
    }

    @Test
    void documentThatCantBeExecutedIsNotKept() {
        String wrong = "{ nothing" + UUID.randomUUID().toString().replace("-", "") + " }";
        post(wrong, sha256(wrong)).statusCode(200);

        post(null, sha256(wrong)).statusCode(200).body("errors[0].extensions.code", equalTo(NOT_FOUND));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "7", "{\"version\": 2, \"sha256Hash\": \"a\"}", "{\"version\": 1}"})
    void whatIsNoPersistedQueryIs400(String persistedQuery) {
        given().contentType("application/json")
                .body("{\"extensions\": {\"persistedQuery\": " + persistedQuery + "}}")
                .post("/graphql")
                .then()
                .statusCode(400);
    }

    @Test
    void hashIsHexadecimal() {
        post(null, "../" + hash).statusCode(200).body("errors[0].extensions.code", equalTo("INVALID_ARGUMENT"));
    }

    @Test
    void mutationIsNotMadeByAHashOnGet() {
        String mutation = "mutation M { deleteUser(id: \"dXNlcjpwOmE\") { id } }";
        post(mutation, sha256(mutation)).statusCode(200);

        given().accept("application/json")
                .queryParam("documentId", sha256(mutation))
                .get("/graphql")
                .then()
                .statusCode(405)
                .header("Allow", "POST");
    }

    @Test
    void webSocketTakesHashesToo() {
        post(query, hash).statusCode(200);
        try (SocketClient client = SocketClient.open()) {
            client.send(Json.write(
                    Map.of("id", "1", "type", "subscribe", "payload", Map.of("extensions", extensions(hash)))));

            assertThat(client.next()).containsEntry("type", "next");
            assertThat(client.next()).containsEntry("type", "complete");
            client.send(Json.write(Map.of(
                    "id", "2", "type", "subscribe", "payload", Map.of("extensions", extensions(sha256("{ x }"))))));
            assertThat(client.next().toString()).contains("error", NOT_FOUND);
        }
    }

    private static ValidatableResponse post(@Nullable String query, String hash) {
        Map<String, Object> body = query == null
                ? Map.of("extensions", extensions(hash))
                : Map.of("query", query, "extensions", extensions(hash));
        return given().contentType("application/json")
                .body(Json.writeUtf8(body))
                .post("/graphql")
                .then();
    }

    private static Map<String, Object> extensions(String hash) {
        return Map.of("persistedQuery", Map.of("version", 1, "sha256Hash", hash));
    }

    private static @Nullable Response redis(Request request) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            return Redis.createClient(vertx, LocalCloud.shared().redis().url())
                    .send(request)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
