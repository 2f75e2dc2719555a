package io.headgate.fleet.graphql;

import static io.headgate.fleet.graphql.FleetClient.PASSWORD;
import static io.headgate.fleet.graphql.FleetClient.connect;
import static io.headgate.fleet.graphql.FleetClient.count;
import static io.headgate.fleet.graphql.FleetClient.database;
import static io.headgate.fleet.graphql.FleetClient.delete;
import static io.headgate.fleet.graphql.FleetClient.done;
import static io.headgate.fleet.graphql.FleetClient.end;
import static io.headgate.fleet.graphql.FleetClient.messages;
import static io.headgate.fleet.graphql.FleetClient.mutate;
import static io.headgate.fleet.graphql.FleetClient.postgres;
import static io.headgate.fleet.graphql.FleetClient.run;
import static io.headgate.fleet.graphql.FleetClient.secretText;
import static io.headgate.fleet.graphql.FleetClient.suffix;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient.Answer;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fleet over GraphQL, from the request to servers that really run. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class FleetGraphQlTest {

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
        assertThat(messages(id))
                .contains(
                        "DB instance created",
                        "Finished applying modification to DB instance class",
                        "Finished applying modification to allocated storage",
                        "DB instance restarted",
                        "DB instance deleted");
        assertThat(messages("rds:" + again))
                .contains("Restored from snapshot " + snapshot.substring("snapshot:rds:".length()));
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
    void storageGrowsByATenthAtTheLeast() {
        String id = "rds:grown-" + suffix();
        done("createDatabase", postgres(id.substring("rds:".length()), Map.of("storageGib", 100, "iops", 3_000)));
        assertThat(database(id).data("database", "storageType")).isEqualTo("gp3");

        done("modifyDatabase", Map.of("database", id, "storageGib", 101));

        assertThat(database(id).data("database", "storageGib")).isEqualTo(110);
        done("modifyDatabase", Map.of("database", id, "storageType", "io1", "iops", 3_000));
        Answer refused = mutate("modifyDatabase", Map.of("database", id, "storageGib", 200));
        assertThat(refused.codes()).containsExactly("INVALID_ARGUMENT");
        assertThat(refused.messages().get(0)).contains("3000");
        delete(id);
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
    void anotherMajorVersionIsTakenWhereItIsAllowed() {
        String name = "upgraded-" + suffix();
        String id = "rds:" + name;
        done(
                "createDatabase",
                postgres(name, Map.of("engine", "mysql", "masterUsername", "admin", "engineVersion", "8.4.5")));

        Answer refused = mutate("modifyDatabase", Map.of("database", id, "engineVersion", "9.0"));
        done("modifyDatabase", Map.of("database", id, "engineVersion", "8.4.6"));
        done("modifyDatabase", Map.of("database", id, "engineVersion", "9.0", "allowMajorVersionUpgrade", true));

        assertThat(refused.codes()).containsExactly("INVALID_ARGUMENT");
        assertThat(refused.messages().get(0)).contains("allowMajorVersionUpgrade: true");
        assertThat(database(id).data("database", "engineVersion")).isEqualTo("9.0");
        delete(id);
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
}
