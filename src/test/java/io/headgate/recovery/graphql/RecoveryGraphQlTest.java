package io.headgate.recovery.graphql;

import static io.headgate.GraphQlClient.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient.Answer;
import io.headgate.SocketClient;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.LocalPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recovery over GraphQL, from the request to servers that really hold the data of then. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class RecoveryGraphQlTest {

    private static final String OPERATION =
            "{ id kind state source target requestedBy progressPercent error { code message awsErrorCode }"
                    + " database { id } reapplied { setting applied message } }";
    private static final String CREATE_SNAPSHOT =
            "mutation($input: CreateSnapshotInput!) { o: createSnapshot(input: $input) " + OPERATION + " }";
    private static final String DELETE_SNAPSHOT = "mutation($id: ID!) { o: deleteSnapshot(id: $id) " + OPERATION + " }";
    private static final String RESTORE_SNAPSHOT =
            "mutation($input: RestoreSnapshotInput!) { o: restoreSnapshot(input: $input) " + OPERATION + " }";
    private static final String RESTORE =
            "mutation($input: RestoreToPointInTimeInput!) { o: restoreToPointInTime(input: $input) " + OPERATION + " }";
    private static final String SET_POLICY =
            "mutation($input: BackupPolicyInput!) { o: setBackupPolicy(input: $input) " + OPERATION + " }";
    private static final String PLAN =
            "query($input: RestoreToPointInTimeInput!) { p: planRestoreToPointInTime(input: $input)"
                    + " { hash source { id status } target time willCreate notRestored problems } }";
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private final LocalPostgres postgres = LocalCloud.shared().postgres();

    @Test
    void rowsThatWereDeletedAreHadBackFromThePastSecond() throws SQLException {
        String name = "users_" + suffix();
        run(postgres.jdbcUrl(), "CREATE TABLE " + name + " AS SELECT generate_series(1, 100) AS id");
        Instant before = nextSecond();
        waitUntil(() -> !nextSecond().equals(before));
        run(postgres.jdbcUrl(), "DELETE FROM " + name);

        String target = "restored-" + suffix();
        Answer ended = end(ask(
                RESTORE, Map.of("input", Map.of("source", "rds:mydb", "target", target, "time", before.toString()))));

        assertThat(ended.data("operation", "state")).as("%s", ended).isEqualTo("SUCCEEDED");
        Answer database = ask(
                "query($id: ID!) { database(id: $id) { status endpoint kind engine pointInTimeRecovery } }",
                Map.of("id", "rds:" + target));
        assertThat(database.data("database", "status")).isEqualTo("available");
        String restored = "jdbc:postgresql://" + database.text("database", "endpoint") + "/" + postgres.database();
        assertThat(count(restored, name)).isEqualTo(100);
        assertThat(count(postgres.jdbcUrl(), name)).isZero();
    }

    @Test
    void snapshotIsMadeOnceWhateverTheKeyIsSentWithAndRestored() throws SQLException {
        String name = "orders_" + suffix();
        run(postgres.jdbcUrl(), "CREATE TABLE " + name + " AS SELECT generate_series(1, 7) AS id");
        String snapshot = "snap-" + suffix();
        Map<String, Object> input = Map.of(
                "database",
                "rds:mydb",
                "name",
                snapshot,
                "tags",
                List.of(Map.of("key", "team", "value", "core")),
                "idempotencyKey",
                "key-" + snapshot);

        Answer asked = ask(CREATE_SNAPSHOT, Map.of("input", input));
        Answer again = ask(CREATE_SNAPSHOT, Map.of("input", input));
        Answer ended = end(asked);

        assertThat(again.data("o", "id")).isEqualTo(asked.data("o", "id"));
        assertThat(ended.data("operation", "state")).as("%s", ended).isEqualTo("SUCCEEDED");
        String id = ended.text("operation", "target");
        assertThat(id).isEqualTo("snapshot:rds:" + snapshot);
        Answer read = ask(
                "query($id: ID!) { node(id: $id) { id ... on Snapshot { name automated status progressPercent"
                        + " tags { key value } database { id } } } }",
                Map.of("id", id));
        assertThat(read.data("node", "name")).isEqualTo(snapshot);
        assertThat(read.data("node", "automated")).isEqualTo(false);
        assertThat(read.data("node", "status")).isEqualTo("available");
        assertThat(read.data("node", "database", "id")).isEqualTo("rds:mydb");
        assertThat(read.list("node", "tags")).contains(Map.of("key", "team", "value", "core"));

        String target = "from-" + snapshot;
        Answer restored = end(ask(RESTORE_SNAPSHOT, Map.of("input", Map.of("snapshot", id, "target", target))));
        assertThat(restored.data("operation", "state")).as("%s", restored).isEqualTo("SUCCEEDED");
        String url = "jdbc:postgresql://"
                + ask("query($id: ID!) { database(id: $id) { endpoint } }", Map.of("id", "rds:" + target))
                        .text("database", "endpoint")
                + "/" + postgres.database();
        assertThat(count(url, name)).isEqualTo(7);

        Answer deleted = end(ask(DELETE_SNAPSHOT, Map.of("id", id)));
        assertThat(deleted.data("operation", "state")).as("%s", deleted).isEqualTo("SUCCEEDED");
        assertThat(ask("query($id: ID!) { node(id: $id) { id } }", Map.of("id", id))
                        .data("node"))
                .isNull();
    }

    @Test
    void tableIsBackedUpAndRestoredToASecond() {
        String email = "ada-" + suffix() + "@example.com";
        ask(
                "mutation($input: CreateUserInput!) { createUser(input: $input) { id } }",
                Map.of("input", Map.of("store", "DYNAMODB", "email", email, "name", "Ada")));
        Answer policy = end(ask(SET_POLICY, Map.of("input", Map.of("database", "dynamodb:Users", "retentionDays", 7))));
        assertThat(policy.data("operation", "state")).as("%s", policy).isEqualTo("SUCCEEDED");
        assertThat(policy.data("operation", "database", "id")).isEqualTo("dynamodb:Users");
        Answer window = ask(
                "{ database(id: \"dynamodb:Users\") { pointInTimeRecovery backupRetentionDays earliestRestorableTime"
                        + " latestRestorableTime } }");
        assertThat(window.data("database", "pointInTimeRecovery")).isEqualTo(true);
        assertThat(window.data("database", "backupRetentionDays")).isEqualTo(7);

        String target = "Users-" + suffix();
        Answer restored = end(ask(
                RESTORE,
                Map.of(
                        "input",
                        Map.of(
                                "source",
                                "dynamodb:Users",
                                "target",
                                target,
                                "latest",
                                true,
                                "reapply",
                                true,
                                "tags",
                                List.of(Map.of("key", "team", "value", "core"))))));

        assertThat(restored.data("operation", "state")).as("%s", restored).isEqualTo("SUCCEEDED");
        assertThat(restored.list("operation", "reapplied")).isNotEmpty();
        Answer copy = ask(
                "query($id: ID!) { database(id: $id) { status tags { key value } pointInTimeRecovery } }",
                Map.of("id", "dynamodb:" + target));
        assertThat(copy.data("database", "status")).isEqualTo("ACTIVE");
        assertThat(copy.list("database", "tags")).contains(Map.of("key", "team", "value", "core"));
        assertThat(copy.data("database", "pointInTimeRecovery")).isEqualTo(true);

        String backup = "backup-" + suffix();
        Answer backedUp =
                end(ask(CREATE_SNAPSHOT, Map.of("input", Map.of("database", "dynamodb:" + target, "name", backup))));
        assertThat(backedUp.data("operation", "state")).as("%s", backedUp).isEqualTo("SUCCEEDED");
        assertThat(names(snapshots("dynamodb:" + target))).containsExactly(backup);
    }

    @Test
    void operationIsFollowedToItsEnd() {
        String snapshot = "followed-" + suffix();
        Answer asked = ask(CREATE_SNAPSHOT, Map.of("input", Map.of("database", "rds:mydb", "name", snapshot)));
        List<Object> states = new ArrayList<>();
        Object followed = null;
        try (SocketClient client = SocketClient.open()) {
            client.subscribe(
                    "1",
                    "subscription($id: ID!) { operationProgress(id: $id) { state progressPercent snapshot { status } } }",
                    Map.of("id", asked.text("o", "id")));

            Map<String, Object> message = client.next();
            while ("next".equals(message.get("type"))) {
                Answer progress = new Answer(payload(message));
                states.add(Objects.requireNonNull(progress.data("operationProgress", "state")));
                followed = progress.data("operationProgress", "snapshot");
                message = client.next();
            }

            assertThat(message).containsEntry("type", "complete");
            assertThat(states).last().isEqualTo("SUCCEEDED");
            assertThat(followed).isEqualTo(Map.of("status", "available"));
        }
    }

    @Test
    void planSaysWhatARestoreWouldDo() {
        String target = "planned-" + suffix();
        Map<String, Object> input = Map.of("source", "rds:mydb", "target", target, "latest", true);

        Answer plan = ask(PLAN, Map.of("input", input));
        Answer same = ask(PLAN, Map.of("input", input));
        Answer other = ask(PLAN, Map.of("input", Map.of("source", "rds:mydb", "target", target + "x", "latest", true)));

        assertThat(plan.messages()).isEmpty();
        assertThat(plan.data("p", "problems")).isEqualTo(List.of());
        assertThat(plan.list("p", "willCreate")).isNotEmpty();
        assertThat(plan.list("p", "notRestored")).isNotEmpty();
        assertThat(plan.data("p", "source", "id")).isEqualTo("rds:mydb");
        assertThat(same.data("p", "hash")).isEqualTo(plan.data("p", "hash"));
        assertThat(other.data("p", "hash")).isNotEqualTo(plan.data("p", "hash"));
        assertThat(ask("query($id: ID!) { database(id: $id) { id } }", Map.of("id", "rds:" + target))
                        .data("database"))
                .isNull();
    }

    @Test
    void planNamesEveryProblem() {
        Answer plan = ask(
                PLAN, Map.of("input", Map.of("source", "rds:mydb", "target", "mydb", "time", "2001-01-01T00:00:00Z")));

        assertThat(plan.list("p", "problems"))
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).asString().contains("2001-01-01T00:00:00Z"))
                .anySatisfy(problem -> assertThat(problem).asString().contains("rds:mydb exists"));
    }

    @Test
    void restoreWithAnotherPlanIsAConflict() {
        Map<String, Object> input =
                new HashMap<>(Map.of("source", "rds:mydb", "target", "unplanned-" + suffix(), "latest", true));
        input.put("planHash", "sha256:0");

        Answer answer = ask(RESTORE, Map.of("input", input));

        assertThat(answer.codes()).containsExactly("CONFLICT");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NOT_FOUND           | {\"source\": \"rds:nothing\", \"target\": \"x\", \"latest\": true}",
                "INVALID_ARGUMENT    | {\"source\": \"mydb\", \"target\": \"x\", \"latest\": true}",
                "INVALID_ARGUMENT    | {\"source\": \"rds:mydb\", \"target\": \"-x\", \"latest\": true}",
                "INVALID_ARGUMENT    | {\"source\": \"rds:mydb\", \"target\": \"\", \"latest\": true}",
                "INVALID_ARGUMENT    | {\"source\": \"rds:mydb\", \"target\": \"x\"}",
                "INVALID_ARGUMENT    | {\"source\": \"rds:mydb\", \"target\": \"x\", \"latest\": true, \"time\": \"2026-01-01T00:00:00Z\"}",
                "INVALID_ARGUMENT    | {\"source\": \"rds:mydb\", \"target\": \"x\", \"time\": \"2026-01-01T00:00:00.5Z\"}",
                "INVALID_ARGUMENT    | {\"source\": \"rds:mydb\", \"target\": \"x\", \"time\": \"2001-01-01T00:00:00Z\"}",
                "INVALID_ARGUMENT    | {\"source\": \"rds:mydb\", \"target\": \"x\", \"time\": \"2099-01-01T00:00:00Z\"}",
                "ALREADY_EXISTS      | {\"source\": \"rds:mydb\", \"target\": \"MyDB\", \"latest\": true}",
                "NOT_FOUND           | {\"source\": \"cache:mydb\", \"target\": \"x\", \"latest\": true}",
                "FAILED_PRECONDITION | {\"source\": \"cache:my-redis\", \"target\": \"x\", \"latest\": true}",
                "FAILED_PRECONDITION | {\"source\": \"dynamodb:HeadgateOperations\", \"target\": \"xyz\", \"latest\": true}"
            })
    @SuppressWarnings("unchecked")
    void restoreThatAwsWouldRefuseIsRefusedBeforeItIsAsked(String code, String input) {
        Map<String, @Nullable Object> json = (Map<String, @Nullable Object>) Objects.requireNonNull(Json.read(input));

        Answer answer = ask(RESTORE, Map.of("input", json));

        assertThat(answer.codes()).as("%s", answer).containsExactly(code);
    }

    @ParameterizedTest
    @CsvSource({"0", "36", "-1"})
    void retentionIs1To35(int days) {
        Answer answer = ask(SET_POLICY, Map.of("input", Map.of("database", "rds:mydb", "retentionDays", days)));

        assertThat(answer.codes()).containsExactly("INVALID_ARGUMENT");
        assertThat(answer.messages().get(0)).contains("35");
    }

    @Test
    void automatedSnapshotIsNotDeleted() {
        Answer answer = ask(DELETE_SNAPSHOT, Map.of("id", automatedSnapshot()));

        assertThat(answer.codes()).hasSize(1);
        assertThat(answer.messages().get(0)).contains("automated");
    }

    @Test
    void automatedSnapshotCanBeRestored() {
        Answer plan = ask(
                "query($input: RestoreSnapshotInput!) { p: planRestoreSnapshot(input: $input) { problems time } }",
                Map.of("input", Map.of("snapshot", automatedSnapshot(), "target", "automated-" + suffix())));

        assertThat(plan.messages()).isEmpty();
        assertThat(plan.data("p", "problems")).isEqualTo(List.of());
        assertThat(plan.data("p", "time")).isNotNull();
    }

    private static String automatedSnapshot() {
        return ask("{ snapshots(database: \"rds:mydb\") { nodes { id automated } } }")
                .list("snapshots", "nodes")
                .stream()
                .map(node -> (Map<?, ?>) Objects.requireNonNull(node))
                .filter(node -> Boolean.TRUE.equals(node.get("automated")))
                .map(node -> (String) Objects.requireNonNull(node.get("id")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void databasesAreOfEveryKind() {
        Answer answer = ask("{ databases { id kind name arn engine engineVersion status endpoint multiAz"
                + " backupRetentionDays pointInTimeRecovery earliestRestorableTime latestRestorableTime"
                + " readReplicas { id } tags { key value } } }");

        assertThat(answer.messages()).isEmpty();
        List<String> ids = answer.list("databases").stream()
                .map(database -> String.valueOf(((Map<?, ?>) Objects.requireNonNull(database)).get("id")))
                .toList();
        assertThat(ids).contains("rds:mydb", "dynamodb:Users", "dynamodb:HeadgateOperations");
    }

    @Test
    void nodesAreOfEveryType() {
        Answer answer = ask("{ nodes(ids: [\"rds:mydb\", \"dynamodb:nothing\", \"dynamodb:Users\","
                + " \"snapshot:rds:nothing\", \"operation:nothing\"]) { id __typename } }");

        assertThat(answer.messages()).isEmpty();
        assertThat(answer.list("nodes"))
                .containsExactly(
                        Map.of("id", "rds:mydb", "__typename", "Database"),
                        null,
                        Map.of("id", "dynamodb:Users", "__typename", "Database"),
                        null,
                        null);
    }

    @Test
    void operationsAreListedNewestFirstInPages() {
        Stream.of("one", "two", "three")
                .forEach(name -> end(ask(
                        CREATE_SNAPSHOT,
                        Map.of("input", Map.of("database", "rds:mydb", "name", name + "-" + suffix())))));

        Answer first =
                ask("{ operations(first: 2, state: [SUCCEEDED]) { nodes { id requestedAt } pageInfo { hasNextPage"
                        + " hasPreviousPage endCursor } } }");
        Answer second = ask(
                "query($after: Cursor) { operations(first: 1, after: $after, database: \"rds:mydb\") { nodes { id"
                        + " requestedAt } pageInfo { hasPreviousPage } } }",
                Map.of("after", first.text("operations", "pageInfo", "endCursor")));

        assertThat(first.data("operations", "pageInfo", "hasNextPage")).isEqualTo(true);
        assertThat(first.data("operations", "pageInfo", "hasPreviousPage")).isEqualTo(false);
        assertThat(second.data("operations", "pageInfo", "hasPreviousPage")).isEqualTo(true);
        assertThat(second.text("operations", "nodes", 0, "requestedAt"))
                .isLessThanOrEqualTo(first.text("operations", "nodes", 1, "requestedAt"));
    }

    private static List<Object> names(Answer snapshots) {
        return snapshots.list("snapshots", "nodes").stream()
                .<Object>map(node -> Objects.requireNonNull(((Map<?, ?>) Objects.requireNonNull(node)).get("name")))
                .toList();
    }

    private static Answer snapshots(String database) {
        return ask("query($id: ID) { snapshots(database: $id) { nodes { id name status } } }", Map.of("id", database));
    }

    /** The operation that a mutation answered with, once it is at its end. */
    private static Answer end(Answer asked) {
        assertThat(asked.messages()).isEmpty();
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (true) {
            Answer now = ask(
                    "query($id: ID!) { operation(id: $id) " + OPERATION + " }", Map.of("id", asked.text("o", "id")));
            if (List.of("SUCCEEDED", "FAILED").contains(now.text("operation", "state"))) {
                return now;
            }
            assertThat(System.nanoTime()).as("%s", now).isLessThan(deadline);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> payload(Map<String, Object> message) {
        return (Map<String, @Nullable Object>) Objects.requireNonNull(message.get("payload"));
    }

    private static Instant nextSecond() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    }

    private static void waitUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private static String suffix() {
        return UUID.randomUUID().toString().substring(0, 8);
    }

    private void run(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, postgres.user(), postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int count(String url, String table) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, postgres.user(), postgres.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
