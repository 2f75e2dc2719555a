package io.headgate.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.SocketClient;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import io.headgate.localcloud.LocalCloudResource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the packaged gateway bounds that the one of the tests does not: time, and what it tells of its schema. */
class ProductionLimitsIT {

    private static final String READ = "{ users(store: POSTGRES, first: 3) { nodes { id } } }";
    private static final String CHANGE = "mutation { createUser(input: {store: POSTGRES, email: \"late@example.com\","
            + " name: \"Late\"}) { id } }";

    private static final LocalCloud CLOUD = LocalCloud.start(LocalCloudConfig.onFreePorts());

    @SuppressWarnings("NullAway.Init")
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() {
        Map<String, String> configuration = new HashMap<>(LocalCloudResource.configuration(CLOUD));
        configuration.put("headgate.graphql.request-timeout", "300ms");
        configuration.put("headgate.postgres.read-limit", "1m");
        configuration.put("headgate.postgres.write-limit", "1m");
        configuration.put("headgate.cache.tombstone-ttl", "5m");
        gateway = GatewayProcess.start(configuration);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        CLOUD.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ __schema { queryType { name } } }",
                "{ ...f } fragment f on Query { x: __schema { types { name } } }"
            })
    void theSchemaCantBeAskedFor(String query) {
        String answer = gateway.endpoint().send(query).body();

        assertThat(answer).contains("INVALID_ARGUMENT", "introspection is off").doesNotContain("\"data\":{");
    }

    @Test
    void noTypeIsTold() {
        String answer = gateway.endpoint()
                .send("{ __type(name: \"User\") { fields { name } } }")
                .body();

        assertThat(answer).isEqualTo("{\"data\":{\"__type\":null}}");
    }

    @Test
    void theSchemaCantBeAskedForOnAWebSocket() {
        try (SocketClient client = SocketClient.open(gateway.port())) {
            client.subscribe("1", "{ __schema { queryType { name } } }", Map.of());

            Map<String, Object> answer = client.next();

            assertThat(answer).containsEntry("type", "error");
            assertThat(answer.get("payload")).asString().contains("introspection is off");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {READ + " | DEADLINE_EXCEEDED", CHANGE + " | OUTCOME_UNKNOWN"})
    void whatIsLateIsToldSo(String query, String code) throws SQLException {
        try (Connection holder = CLOUD.postgres().connect();
                SocketClient client = SocketClient.open(gateway.port())) {
            holder.setAutoCommit(false);
            try (Statement lock = holder.createStatement()) {
                lock.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
            }

            String answer = gateway.endpoint().send(query).body();
            client.subscribe("1", query, Map.of());
            Map<String, Object> onSocket = client.next();

            assertThat(answer).contains("\"code\":\"" + code + "\"", "300 ms");
            assertThat(onSocket.toString()).contains(code, "300 ms");
        }
    }
}
