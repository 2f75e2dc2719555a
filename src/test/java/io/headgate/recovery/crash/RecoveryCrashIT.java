package io.headgate.recovery.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BackupStatus;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.rds.RdsAsyncClient;

/**
 * The packaged gateway, killed while operations of every kind on every kind of database are at each of their states, and
 * started again: each ends right, and nothing is made twice.
 */
class RecoveryCrashIT extends KilledGateway {

    private static final Set<String> CREATIONS = Set.of(
            "CreateDBSnapshot",
            "RestoreDBInstanceFromDBSnapshot",
            "RestoreDBInstanceToPointInTime",
            "CreateDBClusterSnapshot",
            "RestoreDBClusterFromSnapshot",
            "RestoreDBClusterToPointInTime",
            "CreateBackup",
            "RestoreTableFromBackup",
            "RestoreTableToPointInTime");
    private static final Set<String> OTHERS = Set.of(
            "DeleteDBSnapshot",
            "DeleteDBClusterSnapshot",
            "DeleteBackup",
            "ModifyDBInstance",
            "ModifyDBCluster",
            "UpdateContinuousBackups");

    private final AwsProxy rdsProxy = new AwsProxy(cloud.rds().endpoint(), changes());
    private final AwsProxy dynamoDbProxy = new AwsProxy(cloud.dynamoDb().endpoint(), changes());
    private final RdsAsyncClient rds = cloud.rds().client();
    private final RdsDatabases databases = new RdsDatabases(rds, suffix);
    private final DynamoDbAsyncClient dynamoDb = cloud.dynamoDb().client();

    /** Not in the schema that the gateway migrates. */
    private final String schema = "crash_" + suffix;

    private final String rows = schema + ".rows";

    private static Set<String> changes() {
        return Stream.of(CREATIONS, OTHERS).flatMap(Set::stream).collect(Collectors.toSet());
    }

    @BeforeEach
    void prepare() throws SQLException {
        run("CREATE SCHEMA " + schema);
        run("CREATE TABLE " + rows + " AS SELECT generate_series(1, 1000) AS id");
        Stream.of("snapped", "kept").forEach(part -> databases.createInstance(part, false));
        Stream.of("snapped", "kept").forEach(databases::createCluster);
        Stream.of("snapped", "kept", "restored").forEach(this::createTable);
        await(() -> databases.areAvailable("snapped", "kept") && databases.areClustersAvailable("snapped", "kept"));
        rds.createDBSnapshot(r -> r.dbInstanceIdentifier(name("kept")).dbSnapshotIdentifier(name("deleted")))
                .join();
        rds.createDBSnapshot(r -> r.dbInstanceIdentifier("mydb").dbSnapshotIdentifier(name("restored")))
                .join();
        rds.createDBClusterSnapshot(
                        r -> r.dbClusterIdentifier(name("kept")).dbClusterSnapshotIdentifier(name("deleted")))
                .join();
        await(() -> areSnapshotsAvailable("deleted", "restored") && databases.areClustersAvailable("kept"));
        rds.createDBClusterSnapshot(
                        r -> r.dbClusterIdentifier(name("kept")).dbClusterSnapshotIdentifier(name("restored")))
                .join();
        await(() -> areClusterSnapshotsAvailable("deleted", "restored")
                && databases.areAvailable("kept")
                && databases.areClustersAvailable("kept")
                && isRestorable("kept"));
    }

    @AfterEach
    void close() throws SQLException {
        assertThat(count("jdbc:postgresql://127.0.0.1:" + cloud.postgres().port() + "/headgate"))
                .as("the source's rows")
                .isEqualTo(1000);
        rdsProxy.close();
        dynamoDbProxy.close();
        rds.close();
        dynamoDb.close();
        run("DROP SCHEMA " + schema + " CASCADE");
    }

    @ParameterizedTest
    @EnumSource
    void operationsOfAKilledGatewayEndRightAndOnce(Moment moment) throws SQLException {
        String deletedBackup = backup("kept", "deleted");
        String restoredBackup = backup("restored", "restored");
        Map<String, Map<String, Object>> changes = mutations(deletedBackup, restoredBackup);

        Map<String, String> operations = kill(configuration(), moment, Map.of(rdsProxy, 10, dynamoDbProxy, 5), changes);
        Map<String, Map<String, @Nullable Object>> ends = ends(configuration(), operations);

        assertThat(ends).allSatisfy((name, end) -> assertThat(end).as(name).containsEntry("state", "SUCCEEDED"));
        assertThat(executed()).filteredOn(CREATIONS::contains).containsExactlyInAnyOrderElementsOf(CREATIONS);
        assertThat(backups("snapped")).containsExactly(name("made"));
        assertThat(backups("kept")).isEmpty();
        assertThat(count(url("from-snapshot"))).isEqualTo(1000);
        assertThat(count(url("from-time"))).isEqualTo(1000);
        assertThat(value("restored")).isEqualTo("kept");
        assertThat(value("from-backup")).isEqualTo("kept");
        assertThat(value("from-time")).isEqualTo("kept");
    }

    @Test
    void twoReplicasWithOneKeyMakeOneOfEach() {
        try (GatewayProcess one = GatewayProcess.start(configuration());
                GatewayProcess other = GatewayProcess.start(configuration())) {
            List<String> mutation = List.of("rds", "aurora", "dynamodb");
            Map<String, List<CompletableFuture<String>>> asked = new HashMap<>();
            mutation.forEach(kind -> IntStream.range(0, 8)
                    .mapToObj(i -> i % 2 == 0 ? one : other)
                    .forEach(gateway -> asked.computeIfAbsent(kind, each -> new ArrayList<>())
                            .add(gateway.ask(
                                            "mutation($input: CreateSnapshotInput!) { o: createSnapshot(input: $input)"
                                                    + " { id } }",
                                            Map.of(
                                                    "input",
                                                    Map.of(
                                                            "database", kind + ":" + name("snapped"),
                                                            "name", name("raced"),
                                                            "idempotencyKey", kind + suffix)))
                                    .thenApply(KilledGateway::id))));

            asked.values().forEach(ids -> {
                String first = ids.get(0).join();
                assertThat(ids).allSatisfy(id -> assertThat(id.join()).isEqualTo(first));
                await(() -> isAt(other, first, Set.of("SUCCEEDED")));
            });
        }
        assertThat(executed()).containsExactlyInAnyOrder("CreateDBSnapshot", "CreateDBClusterSnapshot", "CreateBackup");
        assertThat(backups("snapped")).containsExactly(name("raced"));
    }

    private Map<String, Map<String, Object>> mutations(String deletedBackup, String restoredBackup) {
        Map<String, Map<String, Object>> mutations = new LinkedHashMap<>();
        for (String kind : List.of("rds", "aurora", "dynamodb")) {
            boolean isTable = kind.equals("dynamodb");
            String snapshots = "snapshot:" + kind + ":";
            String source = kind.equals("rds") ? "rds:mydb" : kind + ":" + name(isTable ? "restored" : "kept");
            mutations.put(
                    "createSnapshot " + kind, Map.of("database", kind + ":" + name("snapped"), "name", name("made")));
            mutations.put(
                    "deleteSnapshot " + kind, Map.of("id", snapshots + (isTable ? deletedBackup : name("deleted"))));
            mutations.put(
                    "restoreSnapshot " + kind,
                    Map.of(
                            "snapshot",
                            snapshots + (isTable ? restoredBackup : name("restored")),
                            "target",
                            name(isTable ? "from-backup" : "from-snapshot"),
                            "reapply",
                            true));
            mutations.put(
                    "restoreToPointInTime " + kind,
                    Map.of("source", source, "target", name("from-time"), "latest", true, "reapply", true));
            mutations.put("setBackupPolicy " + kind, Map.of("database", kind + ":" + name("kept"), "retentionDays", 9));
        }
        return mutations;
    }

    private Map<String, String> configuration() {
        return configuration(
                "Ledger",
                Map.of(
                        "quarkus.rds.endpoint-override", rdsProxy,
                        "quarkus.dynamodb.endpoint-override", dynamoDbProxy));
    }

    private List<String> executed() {
        return Stream.of(rdsProxy, dynamoDbProxy)
                .flatMap(proxy -> proxy.executed().stream())
                .toList();
    }

    private void createTable(String part) {
        dynamoDb.createTable(r -> r.tableName(name(part))
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(AttributeDefinition.builder()
                                .attributeName("id")
                                .attributeType(ScalarAttributeType.S)
                                .build())
                        .keySchema(KeySchemaElement.builder()
                                .attributeName("id")
                                .keyType(KeyType.HASH)
                                .build()))
                .join();
        dynamoDb.updateContinuousBackups(r -> r.tableName(name(part))
                        .pointInTimeRecoverySpecification(p -> p.pointInTimeRecoveryEnabled(true)))
                .join();
        dynamoDb.putItem(r -> r.tableName(name(part))
                        .item(Map.of("id", AttributeValue.fromS("1"), "value", AttributeValue.fromS("kept"))))
                .join();
        // A window begins with a whole second.
        await(() -> dynamoDb.describeContinuousBackups(r -> r.tableName(name(part)))
                .join()
                .continuousBackupsDescription()
                .pointInTimeRecoveryDescription()
                .latestRestorableDateTime()
                .isAfter(cloud.clock().now().minusSeconds(1)));
    }

    private String backup(String part, String backup) {
        String arn = dynamoDb.createBackup(r -> r.tableName(name(part)).backupName(name(backup)))
                .join()
                .backupDetails()
                .backupArn();
        await(() -> dynamoDb.describeBackup(r -> r.backupArn(arn))
                        .join()
                        .backupDescription()
                        .backupDetails()
                        .backupStatus()
                == BackupStatus.AVAILABLE);
        return arn;
    }

    private List<String> backups(String part) {
        return dynamoDb.listBackups(r -> r.tableName(name(part))).join().backupSummaries().stream()
                .map(each -> each.backupName())
                .toList();
    }

    private @Nullable String value(String part) {
        Map<String, AttributeValue> item = dynamoDb.getItem(
                        r -> r.tableName(name(part)).key(Map.of("id", AttributeValue.fromS("1"))))
                .join()
                .item();
        return Objects.requireNonNull(item.get("value")).s();
    }

    /** Whether the first second is over that can be restored. */
    private boolean isRestorable(String part) {
        return databases.instance(part).latestRestorableTime() != null
                && databases.cluster(part).latestRestorableTime() != null;
    }

    private boolean areSnapshotsAvailable(String... parts) {
        return Stream.of(parts)
                .allMatch(part -> rds.describeDBSnapshots(r -> r.dbSnapshotIdentifier(name(part)))
                        .join()
                        .dbSnapshots()
                        .get(0)
                        .status()
                        .equals("available"));
    }

    private boolean areClusterSnapshotsAvailable(String... parts) {
        return Stream.of(parts)
                .allMatch(part -> rds.describeDBClusterSnapshots(r -> r.dbClusterSnapshotIdentifier(name(part)))
                        .join()
                        .dbClusterSnapshots()
                        .get(0)
                        .status()
                        .equals("available"));
    }

    private String url(String part) {
        return "jdbc:postgresql://127.0.0.1:"
                + databases.instance(part).endpoint().port() + "/headgate";
    }

    private int count(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        url, cloud.postgres().user(), cloud.postgres().password());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM " + rows)) {
            result.next();
            return result.getInt(1);
        }
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = cloud.postgres().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
