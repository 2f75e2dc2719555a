package io.headgate.message.graphql;

import static io.headgate.GraphQlClient.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.SocketClient;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Messages over GraphQL: published by HTTP, followed by WebSocket and by server-sent events. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class MessageGraphQlTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PUBLISH =
            "mutation($input: PublishInput!) { publish(input: $input) { channel body publishedAt cursor } }";
    private static final String FOLLOW = "subscription($channel: String!, $after: Cursor) {"
            + " messages(channel: $channel, after: $after) { channel body publishedAt cursor } }";

    private final String channel = "channel-" + UUID.randomUUID();

    @Test
    void socketFollowsAChannelUntilItsClientGoes() {
        Map<?, ?> before = publish("before");
        try (SocketClient client = SocketClient.open()) {
            client.subscribe("s", FOLLOW, Map.of("channel", channel, "after", String.valueOf(before.get("cursor"))));
            Map<?, ?> first = publish(Map.of("text", "ü"));
            Map<?, ?> second = publish(List.of(1, 2.5, true));

            assertThat(client.next()).isEqualTo(next(first));
            assertThat(client.next()).isEqualTo(next(second));

            client.send("{\"id\": \"s\", \"type\": \"complete\"}");
            publish("after");
            client.subscribe("t", FOLLOW, Map.of("channel", channel, "after", "?"));
            assertThat(client.next().toString()).contains("id=t", "INVALID_ARGUMENT");
        }
    }

    @Test
    void eventStreamFollowsAChannel() throws Exception {
        Map<?, ?> before = publish("before");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + "/graphql"))
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream")
                .POST(BodyPublishers.ofByteArray(Json.writeUtf8(Map.of(
                        "query",
                        FOLLOW,
                        "variables",
                        Map.of("channel", channel, "after", String.valueOf(before.get("cursor")))))))
                .build();

        try (Stream<String> lines = HTTP.send(request, BodyHandlers.ofLines()).body()) {
            Iterator<String> data =
                    lines.filter(line -> line.startsWith("data: ")).iterator();
            Map<?, ?> first = publish("a");
            Map<?, ?> second = publish("b");

            assertThat(Json.read(data.next().substring(6))).isEqualTo(Map.of("data", Map.of("messages", first)));
            assertThat(Json.read(data.next().substring(6))).isEqualTo(Map.of("data", Map.of("messages", second)));
        }
    }

    @Test
    void sameKeyPublishesOnce() {
        Map<String, Object> input = Map.of("channel", channel, "body", "paid", "idempotencyKey", "order-1");

        assertThat(ask(PUBLISH, Map.of("input", input)).response())
                .isEqualTo(ask(PUBLISH, Map.of("input", input)).response());
        assertThat(ask(PUBLISH, Map.of("input", Map.of("channel", channel, "body", "b", "idempotencyKey", "order-1")))
                        .codes())
                .containsExactly("INVALID_ARGUMENT");
    }

    private static Map<String, Object> next(Map<?, ?> message) {
        return Map.of("id", "s", "type", "next", "payload", Map.of("data", Map.of("messages", message)));
    }

    private Map<?, ?> publish(Object body) {
        return (Map<?, ?>) Objects.requireNonNull(
                ask(PUBLISH, Map.of("input", Map.of("channel", channel, "body", body)))
                        .data("publish"));
    }
}
