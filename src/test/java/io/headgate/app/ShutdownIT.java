package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.GatewayProcess;
import io.headgate.SocketClient;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import java.net.http.WebSocketHandshakeException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The packaged gateway, asked by SIGTERM to end while requests are in flight, WebSockets open and connections idle. */
class ShutdownIT {

    /** Longer than a test waits for anything: what the shutdown waits for in vain fails the test. */
    private static final String LONGEST_SHUTDOWN = "300s";

    private static final String CREATE =
            "mutation($input: CreateUserInput!) { createUser(input: $input) { id userId } }";
    private static final String RENAME =
            "mutation($id: ID!, $name: String!) {" + " updateUser(input: {id: $id, name: $name}) { name } }";
    private static final String SNAPSHOT = "mutation($name: String!) {"
            + " createSnapshot(input: {database: \"rds:mydb\", name: $name, idempotencyKey: $name}) { id } }";
    private static final String FOLLOW = "subscription($id: ID!) { operationProgress(id: $id) { state } }";

    private final LocalCloud cloud = LocalCloud.shared();

    @Test
    void endsWithoutLosingAnything() throws SQLException {
        Map<String, String> configuration = new HashMap<>(new LocalCloudResource().start());
        configuration.put("headgate.http.shutdown-delay", "1s");
        configuration.put("headgate.http.shutdown-timeout", LONGEST_SHUTDOWN);
        configuration.put("headgate.postgres.write-limit", "120s");
        configuration.put("headgate.cache.tombstone-ttl", "180s");
        // An operation that goes on for as long as the test.
        configuration.put("headgate.recovery.min-poll", "10m");
        configuration.put("headgate.recovery.max-poll", "10m");
        try (GatewayProcess gateway = GatewayProcess.start(configuration);
                SocketClient subscriber = SocketClient.open(gateway.port());
                SocketClient writer = SocketClient.open(gateway.port());
                Connection holder = cloud.postgres().connect()) {
            subscriber.subscribe("1", FOLLOW, Map.of("id", beginSnapshot(gateway)));
            assertThat(subscriber.next()).containsEntry("type", "next");
            Map<?, ?> user = createUser(gateway);
            String id = String.valueOf(user.get("id"));
            lock(holder, String.valueOf(user.get("userId")));
            CompletableFuture<Map<String, Object>> byHttp =
                    gateway.ask(RENAME, Map.of("id", id, "name", "Ada by HTTP"));
            writer.subscribe("1", RENAME, Map.of("id", id, "name", "Ada by WebSocket"));
            awaitWaiting(holder, 2);
            assertThat(gateway.health()).isZero();

            gateway.terminate();

            await(() -> !gateway.isReady());
            assertThat(gateway.health("/q/health/ready")).isEqualTo(1);
            assertThat(gateway.health()).isZero();
            assertThat(subscriber.closeCode()).isEqualTo(1001);
            assertThat(gateway.ask("{ __typename }", Map.of()).join()).containsEntry("__typename", "Query");
            assertThatThrownBy(() -> SocketClient.open(gateway.port()))
                    .hasCauseInstanceOf(WebSocketHandshakeException.class);
            assertThat(byHttp).isNotDone();

            holder.rollback();

            assertThat(byHttp.orTimeout(20, TimeUnit.SECONDS).join())
                    .isEqualTo(Map.of("updateUser", Map.of("name", "Ada by HTTP")));
            assertThat(writer.next())
                    .containsEntry("type", "next")
                    .containsEntry("payload", Map.of("data", Map.of("updateUser", Map.of("name", "Ada by WebSocket"))));
            assertThat(writer.next()).containsEntry("type", "complete");
            assertThat(writer.closeCode()).isEqualTo(1001);
            assertThat(gateway.exitCode()).isZero();
            assertThat(gateway.health()).isEqualTo(1);
        }
    }

    private static String beginSnapshot(GatewayProcess gateway) {
        Map<String, Object> data = gateway.ask(SNAPSHOT, Map.of("name", "shutdown-" + UUID.randomUUID()))
                .join();
        return String.valueOf(((Map<?, ?>) Objects.requireNonNull(data.get("createSnapshot"))).get("id"));
    }

    private static Map<?, ?> createUser(GatewayProcess gateway) {
        Map<String, Object> input =
                Map.of("store", "POSTGRES", "email", UUID.randomUUID() + "@example.com", "name", "Ada");
        return (Map<?, ?>) Objects.requireNonNull(
                gateway.ask(CREATE, Map.of("input", input)).join().get("createUser"));
    }

    private static void lock(Connection holder, String userId) throws SQLException {
        holder.setAutoCommit(false);
        try (PreparedStatement statement =
                holder.prepareStatement("SELECT 1 FROM users WHERE user_id = ? FOR UPDATE")) {
            statement.setString(1, userId);
            try (ResultSet row = statement.executeQuery()) {
                assertThat(row.next()).isTrue();
            }
        }
    }

    /** Until as many requests wait for a lock as given. */
    private static void awaitWaiting(Connection holder, int requests) {
        await(() -> {
            try (Statement statement = holder.createStatement();
                    ResultSet count = statement.executeQuery("SELECT count(*) FROM pg_locks WHERE NOT granted")) {
                count.next();
                return count.getInt(1) >= requests;
            }
        });
    }

    private interface Condition {
        boolean holds() throws SQLException;
    }

    private static void await(Condition condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        try {
            while (!condition.holds()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
