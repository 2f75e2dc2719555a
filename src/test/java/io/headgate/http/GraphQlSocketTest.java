package io.headgate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.SocketClient;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The protocol graphql-transport-ws, over real WebSockets. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class GraphQlSocketTest {

    @Test
    void queryIsAnsweredOnceAndCompletes() {
        try (SocketClient client = SocketClient.open()) {
            client.subscribe("1", "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", Map.of("ids", List.of()));

            assertThat(client.next())
                    .isEqualTo(
                            Map.of("id", "1", "type", "next", "payload", Map.of("data", Map.of("nodes", List.of()))));
            assertThat(client.next()).isEqualTo(Map.of("id", "1", "type", "complete"));
        }
    }

    @Test
    void idIsFreeOnceItsOperationIsComplete() {
        try (SocketClient client = SocketClient.open()) {
            IntStream.range(0, 3).forEach(each -> {
                client.subscribe("same", "{ __typename }", Map.of());

                assertThat(client.next()).containsEntry("type", "next");
                assertThat(client.next()).containsEntry("type", "complete");
            });
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ nothing }                                                | INVALID_ARGUMENT",
                "{                                                          | INVALID_ARGUMENT",
                "subscription { operationProgress(id: \"operation:none\") { id } } | NOT_FOUND"
            })
    void whatCantBeRunIsAnError(String query, String code) {
        try (SocketClient client = SocketClient.open()) {
            client.subscribe("1", query, Map.of());

            Map<String, Object> message = client.next();

            assertThat(message).containsEntry("id", "1").containsEntry("type", "error");
            assertThat(message.get("payload")).asString().contains(code);
            client.subscribe("2", "{ __typename }", Map.of());
            assertThat(client.next()).containsEntry("id", "2").containsEntry("type", "next");
        }
    }

    @Test
    void pingIsAnsweredBeforeAndAfterInitialisation() {
        try (SocketClient client = SocketClient.connect()) {
            client.send("{\"type\": \"ping\"}");
            assertThat(client.next()).isEqualTo(Map.of("type", "pong"));
            client.send("{\"type\": \"connection_init\", \"payload\": {}}");
            assertThat(client.next()).isEqualTo(Map.of("type", "connection_ack"));
            client.send("{\"type\": \"pong\"}");
            client.send("{\"type\": \"complete\", \"id\": \"unknown\"}");
            client.send("{\"type\": \"ping\"}");
            assertThat(client.next()).isEqualTo(Map.of("type", "pong"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4400 | no JSON",
                "4400 | []",
                "4400 | {}",
                "4400 | {\"type\": 1}",
                "4400 | {\"type\": \"start\"}",
                "4401 | {\"id\": \"1\", \"type\": \"subscribe\", \"payload\": {\"query\": \"{ __typename }\"}}"
            })
    void connectionIsClosedForWhatTheProtocolForbids(int code, String message) {
        try (SocketClient client = SocketClient.connect()) {
            client.send(message);

            assertThat(client.closeCode()).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4429 | {\"type\": \"connection_init\"}",
                "4400 | {\"type\": \"subscribe\", \"payload\": {\"query\": \"{ __typename }\"}}",
                "4400 | {\"id\": \"\", \"type\": \"subscribe\", \"payload\": {\"query\": \"{ __typename }\"}}",
                "4400 | {\"id\": \"1\", \"type\": \"subscribe\"}"
            })
    void openConnectionIsClosedForWhatTheProtocolForbids(int code, String message) {
        try (SocketClient client = SocketClient.open()) {
            client.send(message);

            assertThat(client.closeCode()).isEqualTo(code);
        }
    }
}
