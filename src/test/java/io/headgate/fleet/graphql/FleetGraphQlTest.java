package io.headgate.fleet.graphql;

import static io.headgate.GraphQlClient.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient.Answer;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fleet over GraphQL, from the request to servers that really run. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class FleetGraphQlTest {

    private static final String OPERATION =
            "{ id kind state source target error { code message awsErrorCode } database { id status } snapshot { id } }";
    private static final String PASSWORD = "Only-For-The-Master-1";
    private static final Duration LONGEST = Duration.ofMinutes(2);

    @Test
    void databaseIsMadeChangedRestartedAndDeletedWithALastSnapshot() throws SQLException {
        String name = "made-" + suffix();
        String id = "rds:" + name;

        Answer created = done("createDatabase", postgres(name, Map.of("databaseName", "shop", "storageGib", 25)));

        assertThat(created.data("operation", "kind")).isEqualTo("CREATE_DATABASE");
        assertThat(created.data("operation", "target")).isEqualTo(id);
        assertThat(created.data("operation", "database", "status")).isEqualTo("available");
        Answer database = database(id);
        assertThat(database.data("database", "instanceClass")).isEqualTo("db.t4g.micro");
        assertThat(database.data("database", "storageGib")).isEqualTo(25);
        assertThat(database.data("database", "encrypted")).isEqualTo(true);
        assertThat(database.data("database", "publiclyAccessible")).isEqualTo(false);
        assertThat(database.data("database", "backupRetentionDays")).isEqualTo(7);
        assertThat(database.data("database", "masterUserSecret")).isNull();
        try (Connection connection = connect(id, "shop", "postgres", PASSWORD)) {
            run(connection, "CREATE TABLE orders AS SELECT generate_series(1, 10) AS id");
        }

        done(
                "modifyDatabase",
                Map.of("database", id, "backupRetentionDays", 3, "storageGib", 30, "instanceClass", "db.t4g.small"));
        Answer modified = database(id);
        assertThat(modified.data("database", "backupRetentionDays")).isEqualTo(3);
        assertThat(modified.data("database", "storageGib")).isEqualTo(30);
        assertThat(modified.data("database", "instanceClass")).isEqualTo("db.t4g.small");

        done("rebootDatabase", Map.of("database", id));
        try (Connection connection = connect(id, "shop", "postgres", PASSWORD)) {
            assertThat(count(connection, "orders")).isEqualTo(10);
        }

        Answer deleted = done("deleteDatabase", Map.of("database", id));
        assertThat(deleted.data("operation", "database")).isNull();
        String snapshot = deleted.text("operation", "target");
        assertThat(snapshot).startsWith("snapshot:rds:" + name + "-final-");
        assertThat(deleted.data("operation", "snapshot", "id")).isEqualTo(snapshot);
        assertThat(database(id).data("database")).isNull();

        String again = name + "-again";
        done("restoreSnapshot", Map.of("snapshot", snapshot, "target", again));
        try (Connection connection = connect("rds:" + again, "shop", "postgres", PASSWORD)) {
            assertThat(count(connection, "orders")).isEqualTo(10);
        }
        assertThat(messages(id)).contains("DB instance created", "DB instance restarted", "DB instance deleted");
        delete("rds:" + again);
    }

    @Test
    void passwordIsMadeAndKeptInSecretsManagerUnlessOneIsGiven() throws Exception {
        String name = "managed-" + suffix();
        Map<String, Object> input = new HashMap<>(postgres(name, Map.of()));
        input.remove("masterPassword");

        done("createDatabase", input);

        String secret = database("rds:" + name).text("database", "masterUserSecret");
        assertThat(secret).startsWith("arn:aws:secretsmanager:");
        Map<?, ?> kept = (Map<?, ?>) Objects.requireNonNull(Json.read(secretText(secret)));
        try (Connection connection = connect(
                "rds:" + name,
                "postgres",
                String.valueOf(kept.get("username")),
                String.valueOf(kept.get("password")))) {
            assertThat(connection.isValid(5)).isTrue();
        }

        done("modifyDatabase", Map.of("database", "rds:" + name, "masterPassword", PASSWORD));
        assertThat(database("rds:" + name).data("database", "masterUserSecret")).isNull();
        try (Connection connection = connect("rds:" + name, "postgres", "postgres", PASSWORD)) {
            assertThat(connection.isValid(5)).isTrue();
        }

        done("modifyDatabase", Map.of("database", "rds:" + name, "managedPassword", true));
        assertThat(database("rds:" + name).text("database", "masterUserSecret")).startsWith("arn:");
        delete("rds:" + name);
    }

    @Test
    void sameKeyMakesOneDatabaseAndDeniesAnother() {
        String name = "once-" + suffix();
        Map<String, Object> input = new HashMap<>(postgres(name, Map.of("idempotencyKey", "key-" + name)));

        Answer asked = mutate("createDatabase", input);
        Answer again = mutate("createDatabase", input);
        input.put("storageGib", 40);
        Answer other = mutate("createDatabase", input);

        assertThat(again.data("o", "id")).isEqualTo(asked.data("o", "id"));
        assertThat(other.codes()).containsExactly("INVALID_ARGUMENT");
        end(asked);
        delete("rds:" + name);
    }

    @Test
    void secondChangeOfADatabaseWaitsForTheFirst() {
        String name = "busy-" + suffix();
        Answer asked = mutate("createDatabase", postgres(name, Map.of()));

        Answer second = mutate("createDatabase", postgres(name, Map.of()));

        assertThat(second.codes()).hasSize(1).isSubsetOf("FAILED_PRECONDITION", "ALREADY_EXISTS");
        end(asked);
        delete("rds:" + name);
    }

    @Test
    void protectedDatabaseStays() {
        Answer refused = mutate("deleteDatabase", Map.of("database", "rds:mydb"));

        assertThat(refused.codes()).containsExactly("FAILED_PRECONDITION");
        assertThat(refused.messages().get(0)).contains("deletionProtection");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mysql         | INVALID_ARGUMENT | {\"name\": \"-x\"}",
                "mysql         | INVALID_ARGUMENT | {\"name\": \"two--hyphens\"}",
                "mysql         | INVALID_ARGUMENT | {\"backupRetentionDays\": 36}",
                "mysql         | INVALID_ARGUMENT | {\"backupRetentionDays\": 0}",
                "mysql         | INVALID_ARGUMENT | {\"storageGib\": 5}",
                "mysql         | INVALID_ARGUMENT | {\"storageType\": \"io2\"}",
                "mysql         | INVALID_ARGUMENT | {\"instanceClass\": \"micro\"}",
                "mysql         | INVALID_ARGUMENT | {\"masterPassword\": \"short\"}",
                "mysql         | INVALID_ARGUMENT | {\"readers\": 1}",
                "postgres      | INVALID_ARGUMENT | {\"masterUsername\": \"admin\"}",
                "postgres      | INVALID_ARGUMENT | {\"masterPassword\": \"with a space in it\"}",
                "oracle-se2    | INVALID_ARGUMENT | {\"databaseName\": \"LONGERTHAN8\"}",
                "sqlserver-ex  | INVALID_ARGUMENT | {\"multiAz\": true}",
                "sqlserver-ex  | INVALID_ARGUMENT | {\"encrypted\": true}",
                "sqlserver-se  | INVALID_ARGUMENT | {\"databaseName\": \"shop\"}",
                "aurora-mysql  | INVALID_ARGUMENT | {\"storageGib\": 100}",
                "aurora-mysql  | INVALID_ARGUMENT | {\"multiAz\": true}",
                "aurora-mysql  | INVALID_ARGUMENT | {\"readers\": 16}",
                "cassandra     | INVALID_ARGUMENT | {}",
                "postgres      | ALREADY_EXISTS   | {\"name\": \"mydb\"}"
            })
    @SuppressWarnings("unchecked")
    void whatRdsWouldRefuseIsRefusedBeforeItIsAsked(String engine, String code, String more) {
        Map<String, Object> input = new HashMap<>(Map.of(
                "name", "never-made", "engine", engine, "instanceClass", "db.m7g.large", "backupRetentionDays", 7));
        input.putAll((Map<String, Object>) Objects.requireNonNull(Json.read(more)));

        Answer refused = mutate("createDatabase", input);

        assertThat(refused.codes()).as("%s", refused).containsExactly(code);
        assertThat(refused.messages().get(0)).doesNotContain("with a space in it");
    }

    private static Map<String, Object> postgres(String name, Map<String, Object> more) {
        Map<String, Object> input = new HashMap<>(Map.of(
                "name", name, "engine", "postgres", "instanceClass", "db.t4g.micro", "masterPassword", PASSWORD));
        input.putAll(more);
        return input;
    }

    private static void delete(String id) {
        done("deleteDatabase", Map.of("database", id, "skipFinalSnapshot", true, "deleteAutomatedBackups", true));
    }

    /** The operation at its end, which is a good one. */
    private static Answer done(String mutation, Map<String, Object> input) {
        Answer ended = end(mutate(mutation, input));
        assertThat(ended.data("operation", "state")).as("%s", ended).isEqualTo("SUCCEEDED");
        return ended;
    }

    private static Answer mutate(String mutation, Map<String, Object> input) {
        String type = Character.toUpperCase(mutation.charAt(0)) + mutation.substring(1) + "Input!";
        Answer answer = ask(
                "mutation($input: " + type + ") { o: " + mutation + "(input: $input) " + OPERATION + " }",
                Map.of("input", input));
        assertThat(answer.toString()).doesNotContain(PASSWORD);
        return answer;
    }

    private static Answer end(Answer asked) {
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

    private static Answer database(String id) {
        Answer answer = ask(
                "query($id: ID!) { database(id: $id) { id status endpoint engine multiAz backupRetentionDays instanceClass"
                        + " storageGib storageType iops encrypted deletionProtection publiclyAccessible availabilityZone"
                        + " secondaryAvailabilityZone masterUsername masterUserSecret readerEndpoint replicationStatus"
                        + " pendingChanges replicaOf { id } readReplicas { id }"
                        + " members { writer promotionTier database { id status } } } }",
                Map.of("id", id));
        assertThat(answer.messages()).isEmpty();
        return answer;
    }

    private static List<@Nullable Object> messages(String id) {
        Answer events = ask(
                "query($id: ID) { databaseEvents(database: $id) { nodes { time source categories message } } }",
                Map.of("id", id));
        assertThat(events.messages()).isEmpty();
        return events.list("databaseEvents", "nodes").stream()
                .<@Nullable Object>map(node -> ((Map<?, ?>) Objects.requireNonNull(node)).get("message"))
                .toList();
    }

    private static String secretText(String arn) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(LocalCloud.shared().rds().endpoint())
                .header("X-Amz-Target", "secretsmanager.GetSecretValue")
                .POST(HttpRequest.BodyPublishers.ofString("{\"SecretId\": \"" + arn + "\"}"))
                .build();
        Map<?, ?> answer = (Map<?, ?>) Objects.requireNonNull(Json.read(HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body()));
        return String.valueOf(answer.get("SecretString"));
    }

    private static Connection connect(String id, String database, String user, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + database(id).text("database", "endpoint") + "/" + database, user, password);
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static String suffix() {
        return UUID.randomUUID().toString().substring(0, 8);
    }
}
