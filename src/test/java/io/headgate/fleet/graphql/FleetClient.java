package io.headgate.fleet.graphql;

import static io.headgate.GraphQlClient.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient.Answer;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloud;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The fleet as a client of the API sees it, and its servers as one of PostgreSQL does. */
final class FleetClient {

    static final String PASSWORD = "Only-For-The-Master-1";

    private static final String OPERATION =
            "{ id kind state source target error { code message awsErrorCode } database { id status } snapshot { id } }";
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private FleetClient() {}

    static Map<String, Object> postgres(String name, Map<String, Object> more) {
        Map<String, Object> input = new HashMap<>(Map.of(
                "name", name, "engine", "postgres", "instanceClass", "db.t4g.micro", "masterPassword", PASSWORD));
        input.putAll(more);
        return input;
    }

    static void delete(String id) {
        done("deleteDatabase", Map.of("database", id, "skipFinalSnapshot", true, "deleteAutomatedBackups", true));
    }

    /** The operation at its end, which is a good one. */
    static Answer done(String mutation, Map<String, Object> input) {
        Answer ended = end(mutate(mutation, input));
        assertThat(ended.data("operation", "state")).as("%s", ended).isEqualTo("SUCCEEDED");
        return ended;
    }

    static Answer mutate(String mutation, Map<String, Object> input) {
        String type = Character.toUpperCase(mutation.charAt(0)) + mutation.substring(1) + "Input!";
        Answer answer = ask(
                "mutation($input: " + type + ") { o: " + mutation + "(input: $input) " + OPERATION + " }",
                Map.of("input", input));
        assertThat(answer.toString()).doesNotContain(PASSWORD);
        return answer;
    }

    static Answer end(Answer asked) {
        assertThat(asked.messages()).isEmpty();
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (true) {
            Answer now = ask(
                    "query($id: ID!) { operation(id: $id) " + OPERATION + " }", Map.of("id", asked.text("o", "id")));
            assertThat(now.messages()).isEmpty();
            if (List.of("SUCCEEDED", "FAILED").contains(now.text("operation", "state"))) {
                return now;
            }
            assertThat(System.nanoTime()).as("%s", now).isLessThan(deadline);
        }
    }

    static Answer database(String id) {
        Answer answer = ask(
                "query($id: ID!) { database(id: $id) { id status endpoint engine engineVersion multiAz backupRetentionDays instanceClass"
                        + " storageGib storageType iops encrypted deletionProtection publiclyAccessible availabilityZone"
                        + " secondaryAvailabilityZone masterUsername masterUserSecret readerEndpoint replicationStatus"
                        + " pendingChanges replicaOf { id } readReplicas { id }"
                        + " members { writer promotionTier database { id status } } } }",
                Map.of("id", id));
        assertThat(answer.messages()).isEmpty();
        return answer;
    }

    static List<@Nullable Object> messages(String id) {
        Answer events = ask(
                "query($id: ID) { databaseEvents(database: $id) { nodes { time source categories message } } }",
                Map.of("id", id));
        assertThat(events.messages()).isEmpty();
        return events.list("databaseEvents", "nodes").stream()
                .<@Nullable Object>map(node -> ((Map<?, ?>) Objects.requireNonNull(node)).get("message"))
                .toList();
    }

    static String secretText(String arn) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(LocalCloud.shared().rds().endpoint())
                .header("X-Amz-Target", "secretsmanager.GetSecretValue")
                .POST(HttpRequest.BodyPublishers.ofString("{\"SecretId\": \"" + arn + "\"}"))
                .build();
        Map<?, ?> answer = (Map<?, ?>) Objects.requireNonNull(Json.read(HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body()));
        return String.valueOf(answer.get("SecretString"));
    }

    static Connection connect(String id, String database, String user, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + database(id).text("database", "endpoint") + "/" + database, user, password);
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static int count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    static String suffix() {
        return UUID.randomUUID().toString().substring(0, 8);
    }

    /** What is read, once it is as it should be. */
    static <T> T await(Supplier<T> read, Predicate<T> condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (true) {
            T now = read.get();
            if (condition.test(now)) {
                return now;
            }
            assertThat(System.nanoTime()).as("%s", now).isLessThan(deadline);
        }
    }

    /** Asks the local cloud for what AWS has no action for. */
    static String local(String path) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(
                                            LocalCloud.shared().rds().endpoint().resolve("/_local/" + path))
                                    .method(path.contains("?") ? "POST" : "GET", HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (Exception e) {
            throw new AssertionError(path, e);
        }
    }
}
