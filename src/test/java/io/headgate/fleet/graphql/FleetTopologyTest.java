package io.headgate.fleet.graphql;

import static io.headgate.GraphQlClient.ask;
import static io.headgate.fleet.graphql.FleetClient.PASSWORD;
import static io.headgate.fleet.graphql.FleetClient.await;
import static io.headgate.fleet.graphql.FleetClient.connect;
import static io.headgate.fleet.graphql.FleetClient.count;
import static io.headgate.fleet.graphql.FleetClient.database;
import static io.headgate.fleet.graphql.FleetClient.delete;
import static io.headgate.fleet.graphql.FleetClient.done;
import static io.headgate.fleet.graphql.FleetClient.local;
import static io.headgate.fleet.graphql.FleetClient.messages;
import static io.headgate.fleet.graphql.FleetClient.mutate;
import static io.headgate.fleet.graphql.FleetClient.postgres;
import static io.headgate.fleet.graphql.FleetClient.run;
import static io.headgate.fleet.graphql.FleetClient.suffix;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient.Answer;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Standbys, replicas and clusters over GraphQL, on servers that really replicate. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class FleetTopologyTest {

    private static final int WRITERS = 4;
    private static final int FAILOVERS = 3;
    private static final int ROWS_BETWEEN = 100;

    @Test
    void replicaFollowsItsSourceLagsAndBecomesADatabaseOfItsOwn() throws SQLException {
        String name = "source-" + suffix();
        String replica = name + "-r";
        done("createDatabase", postgres(name, Map.of()));
        try (Connection source = connect("rds:" + name, "postgres", "postgres", PASSWORD)) {
            run(source, "CREATE TABLE orders AS SELECT generate_series(1, 10) AS id");
        }

        Answer made = done("createReadReplica", Map.of("source", "rds:" + name, "target", replica));

        assertThat(made.data("operation", "source")).isEqualTo("rds:" + name);
        assertThat(made.data("operation", "target")).isEqualTo("rds:" + replica);
        assertThat(database("rds:" + name).data("database", "readReplicas"))
                .isEqualTo(List.of(Map.of("id", "rds:" + replica)));
        Answer shown = database("rds:" + replica);
        assertThat(shown.data("database", "replicaOf", "id")).isEqualTo("rds:" + name);
        assertThat(shown.data("database", "replicationStatus")).isEqualTo("replicating");
        await(() -> rows("rds:" + replica), rows -> rows == 10);

        local("replicas/" + replica + "?apply=paused");
        try (Connection source = connect("rds:" + name, "postgres", "postgres", PASSWORD)) {
            run(source, "INSERT INTO orders SELECT generate_series(11, 20)");
        }
        assertThat(rows("rds:" + replica)).isEqualTo(10);
        double lag = await(() -> lag("rds:" + replica), seconds -> seconds > 0.2);
        assertThat(await(() -> lag("rds:" + replica), seconds -> seconds > lag)).isGreaterThan(lag);
        local("replicas/" + replica + "?apply=resumed");
        await(() -> rows("rds:" + replica), rows -> rows == 20);

        assertThat(await(() -> lag("rds:" + replica), seconds -> seconds < lag)).isNotNegative();

        done("promoteReadReplica", Map.of("database", "rds:" + replica, "backupRetentionDays", 2));

        Answer promoted = database("rds:" + replica);
        assertThat(promoted.data("database", "replicaOf")).isNull();
        assertThat(promoted.data("database", "replicationStatus")).isNull();
        assertThat(promoted.data("database", "backupRetentionDays")).isEqualTo(2);
        try (Connection own = connect("rds:" + replica, "postgres", "postgres", PASSWORD)) {
            run(own, "INSERT INTO orders VALUES (21)");
        }
        assertThat(rows("rds:" + replica)).isEqualTo(21);
        assertThat(rows("rds:" + name)).isEqualTo(20);
        assertThat(mutate("promoteReadReplica", Map.of("database", "rds:" + replica))
                        .codes())
                .containsExactly("FAILED_PRECONDITION");
        delete("rds:" + replica);
        delete("rds:" + name);
    }

    @Test
    void replicaLeavesNoSnapshot() {
        String name = "with-replica-" + suffix();
        String replica = name + "-r";
        done("createDatabase", postgres(name, Map.of("engine", "mysql", "masterUsername", "admin")));
        done("createReadReplica", Map.of("source", "rds:" + name, "target", replica));

        Answer refused = mutate("deleteDatabase", Map.of("database", "rds:" + replica, "finalSnapshot", "last"));
        Answer deleted = done("deleteDatabase", Map.of("database", "rds:" + replica));

        assertThat(refused.codes()).containsExactly("INVALID_ARGUMENT");
        assertThat(deleted.data("operation", "target")).isNull();
        delete("rds:" + name);
    }

    @Test
    void failoversUnderLoadLoseNothingThatWasAcknowledged() throws SQLException {
        String name = "ha-" + suffix();
        String id = "rds:" + name;
        done("createDatabase", postgres(name, Map.of("multiAz", true)));
        Answer before = database(id);
        assertThat(before.data("database", "multiAz")).isEqualTo(true);
        try (Connection connection = connect(id, "postgres", "postgres", PASSWORD)) {
            run(connection, "CREATE TABLE orders (id int)");
        }
        AtomicInteger ids = new AtomicInteger();
        AtomicBoolean ends = new AtomicBoolean();
        List<CompletableFuture<List<Integer>>> writers = new ArrayList<>();
        for (int n = 0; n < WRITERS; n++) {
            writers.add(CompletableFuture.supplyAsync(
                    () -> acknowledged(id, ids, ends), task -> new Thread(task, "writer").start()));
        }

        for (int n = 0; n < FAILOVERS; n++) {
            int until = ids.get() + ROWS_BETWEEN;
            await(ids::get, last -> last > until);
            Answer failedOver = done("failoverDatabase", Map.of("database", id));
            assertThat(failedOver.data("operation", "kind")).isEqualTo("FAILOVER_DATABASE");
        }
        int until = ids.get() + ROWS_BETWEEN;
        await(ids::get, last -> last > until);
        ends.set(true);
        List<Integer> acknowledged =
                writers.stream().flatMap(writer -> writer.join().stream()).toList();

        try (Connection connection = connect(id, "postgres", "postgres", PASSWORD)) {
            Set<Integer> lost = new HashSet<>(acknowledged);
            lost.removeAll(ids(connection));
            assertThat(lost).isEmpty();
            assertThat(acknowledged).hasSizeGreaterThan(FAILOVERS * ROWS_BETWEEN);
        }
        Answer after = database(id);
        assertThat(after.data("database", "endpoint")).isEqualTo(before.data("database", "endpoint"));
        assertThat(after.data("database", "availabilityZone"))
                .isEqualTo(before.data("database", "secondaryAvailabilityZone"));
        assertThat(messages(id)).contains("Multi-AZ instance failover completed");
        delete(id);
    }

    @Test
    void databaseWithoutStandbyDoesNotFailOver() {
        Answer refused = mutate("failoverDatabase", Map.of("database", "rds:mydb"));

        assertThat(refused.codes()).containsExactly("FAILED_PRECONDITION");
        assertThat(refused.messages().get(0)).contains("multiAz");
    }

    @Test
    void clusterHasAWriterAndReadersFailsOverAndGoesWithThem() throws SQLException {
        String name = "cluster-" + suffix();
        String id = "aurora:" + name;

        Answer made = done(
                "createDatabase",
                postgres(name, Map.of("engine", "aurora-postgresql", "instanceClass", "db.r7g.large", "readers", 1)));

        assertThat(made.data("operation", "target")).isEqualTo(id);
        assertThat(members(id))
                .containsExactly(Map.entry("rds:" + name + "-1", true), Map.entry("rds:" + name + "-2", false));
        try (Connection connection = connect(id, "postgres", "postgres", PASSWORD)) {
            run(connection, "CREATE TABLE orders AS SELECT generate_series(1, 10) AS id");
        }

        done("createReadReplica", Map.of("source", id, "target", name + "-extra"));
        assertThat(database("rds:" + name + "-extra").data("database", "instanceClass"))
                .isEqualTo("db.r7g.large");
        done("failoverDatabase", Map.of("database", id, "target", name + "-extra"));
        assertThat(members(id))
                .contains(Map.entry("rds:" + name + "-extra", true), Map.entry("rds:" + name + "-1", false));
        done("failoverDatabase", Map.of("database", id));
        assertThat(rows(id)).isEqualTo(10);
        assertThat(messages(id)).contains("Completed failover to DB instance: " + name + "-extra");
        assertThat(mutate("failoverDatabase", Map.of("database", id, "target", "mydb"))
                        .codes())
                .containsExactly("INVALID_ARGUMENT");
        assertThat(mutate("rebootDatabase", Map.of("database", id)).codes()).containsExactly("INVALID_ARGUMENT");
        done("rebootDatabase", Map.of("database", "rds:" + name + "-1"));
        done("modifyDatabase", Map.of("database", id, "backupRetentionDays", 9, "deletionProtection", true));
        assertThat(mutate("deleteDatabase", Map.of("database", id)).codes()).containsExactly("FAILED_PRECONDITION");
        done("modifyDatabase", Map.of("database", id, "deletionProtection", false));
        memberIsRecoveredWithItsCluster("rds:" + name + "-1", id);
        done("deleteDatabase", Map.of("database", "rds:" + name + "-2"));

        Answer deleted = done("deleteDatabase", Map.of("database", id, "finalSnapshot", name + "-last"));

        assertThat(deleted.data("operation", "target")).isEqualTo("snapshot:aurora:" + name + "-last");
        assertThat(database(id).data("database")).isNull();
        assertThat(database("rds:" + name + "-1").data("database")).isNull();
        String restored = name + "-again";
        done("restoreSnapshot", Map.of("snapshot", "snapshot:aurora:" + name + "-last", "target", restored));
        assertThat(rows("aurora:" + restored)).isEqualTo(10);
        delete("aurora:" + restored);
    }

    private static void memberIsRecoveredWithItsCluster(String member, String cluster) {
        List<Answer> refused = List.of(
                mutate("createSnapshot", Map.of("database", member, "name", "never-made")),
                ask(
                        "mutation($input: BackupPolicyInput!) { setBackupPolicy(input: $input) { id } }",
                        Map.of("input", Map.of("database", member, "retentionDays", 3))),
                mutate("restoreToPointInTime", Map.of("source", member, "target", "never-made", "latest", true)));

        assertThat(refused).allSatisfy(each -> {
            assertThat(each.codes()).containsExactly("FAILED_PRECONDITION");
            assertThat(each.messages().get(0)).endsWith("name " + cluster);
        });
    }

    @Test
    void automatedBackupsAreThereAlsoOfADeletedDatabase() {
        String name = "backed-up-" + suffix();
        done("createDatabase", postgres(name, Map.of("engine", "mysql", "masterUsername", "admin")));
        await(
                () -> backups("rds:" + name),
                backups -> backups.list("automatedBackups").size() == 1);

        done("deleteDatabase", Map.of("database", "rds:" + name, "skipFinalSnapshot", true));

        Answer backups = backups("rds:" + name);
        assertThat(backups.data("automatedBackups", 0, "status")).isEqualTo("retained");
        assertThat(backups.data("automatedBackups", 0, "databaseId")).isEqualTo("rds:" + name);
        assertThat(backups.data("automatedBackups", 0, "database")).isNull();
        assertThat(backups.data("automatedBackups", 0, "backupRetentionDays")).isEqualTo(7);
        assertThat(ask("{ automatedBackups { databaseId status } }").list("automatedBackups"))
                .anySatisfy(each -> assertThat(each).asString().contains("rds:mydb"));
    }

    @Test
    void eventsComeNewestFirstInPages() {
        Answer first = ask("{ databaseEvents(first: 1) { nodes { time source categories message }"
                + " pageInfo { hasNextPage hasPreviousPage endCursor } } }");
        Answer second = ask(
                "query($after: Cursor) { databaseEvents(first: 1, after: $after) { nodes { time source message }"
                        + " pageInfo { hasPreviousPage } } }",
                Map.of("after", first.text("databaseEvents", "pageInfo", "endCursor")));

        assertThat(first.data("databaseEvents", "pageInfo", "hasPreviousPage")).isEqualTo(false);
        assertThat(first.data("databaseEvents", "pageInfo", "hasNextPage")).isEqualTo(true);
        assertThat(second.data("databaseEvents", "pageInfo", "hasPreviousPage")).isEqualTo(true);
        assertThat(second.text("databaseEvents", "nodes", 0, "time"))
                .isLessThanOrEqualTo(first.text("databaseEvents", "nodes", 0, "time"));
    }

    private static Answer backups(String id) {
        return ask(
                "query($id: ID) { automatedBackups(database: $id) { databaseId database { id } status engine"
                        + " backupRetentionDays earliestRestorableTime latestRestorableTime } }",
                Map.of("id", id));
    }

    private static List<Map.Entry<String, Boolean>> members(String id) {
        return database(id).list("database", "members").stream()
                .map(member -> (Map<?, ?>) Objects.requireNonNull(member))
                .map(member -> Map.entry(
                        String.valueOf(((Map<?, ?>) Objects.requireNonNull(member.get("database"))).get("id")),
                        Boolean.TRUE.equals(member.get("writer"))))
                .toList();
    }

    /** -1 when AWS tells nothing. */
    private static double lag(String id) {
        Answer answer = ask("query($id: ID!) { database(id: $id) { replicaLagSeconds } }", Map.of("id", id));
        assertThat(answer.messages()).isEmpty();
        return answer.data("database", "replicaLagSeconds") instanceof Number seconds ? seconds.doubleValue() : -1;
    }

    private static int rows(String id) {
        try (Connection connection = connect(id, "postgres", "postgres", PASSWORD)) {
            return count(connection, "orders");
        } catch (SQLException e) {
            return -1;
        }
    }

    private static Set<Integer> ids(Connection connection) throws SQLException {
        Set<Integer> ids = new HashSet<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT id FROM orders");
                var rows = select.executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getInt(1));
            }
        }
        return ids;
    }

    /** Writes one row after the other, through whatever connection there is, and gives those that were acknowledged. */
    private static List<Integer> acknowledged(String id, AtomicInteger ids, AtomicBoolean ends) {
        String url = "jdbc:postgresql://" + database(id).text("database", "endpoint") + "/postgres?socketTimeout=10";
        List<Integer> acknowledged = new ArrayList<>();
        while (!ends.get()) {
            try (Connection connection = DriverManager.getConnection(url, "postgres", PASSWORD);
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO orders VALUES (?)")) {
                while (!ends.get()) {
                    int next = ids.incrementAndGet();
                    insert.setInt(1, next);
                    insert.executeUpdate();
                    acknowledged.add(next);
                }
            } catch (SQLException e) {
                Thread.onSpinWait();
            }
        }
        return acknowledged;
    }
}
