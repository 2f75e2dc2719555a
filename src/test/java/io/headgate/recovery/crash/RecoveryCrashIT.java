package io.headgate.recovery.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.recovery.crash.AwsProxy.Fate;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
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
class RecoveryCrashIT {

    /** Where all operations are when the gateway is killed. */
    enum Moment {
        NOT_YET_EXECUTED,
        EXECUTED_UNANSWERED,
        OUTCOME_UNKNOWN,
        RUNNING
    }

    private static final Duration LONGEST = Duration.ofMinutes(2);

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

    private final LocalCloud cloud = LocalCloud.shared();
    private final String suffix = UUID.randomUUID().toString().substring(0, 8);
    private final AwsProxy rdsProxy = new AwsProxy(cloud.rds().endpoint(), changes());
    private final AwsProxy dynamoDbProxy = new AwsProxy(cloud.dynamoDb().endpoint(), changes());
    private final RdsAsyncClient rds = cloud.rds().client();
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
        Stream.of("snapped", "kept").forEach(this::createInstance);
        Stream.of("snapped", "kept").forEach(this::createCluster);
        Stream.of("snapped", "kept", "restored").forEach(this::createTable);
        await(() -> isAvailable("snapped")
                && isAvailable("kept")
                && isClusterAvailable("snapped")
                && isClusterAvailable("kept"));
        rds.createDBSnapshot(r -> r.dbInstanceIdentifier(name("kept")).dbSnapshotIdentifier(name("deleted")))
                .join();
        rds.createDBSnapshot(r -> r.dbInstanceIdentifier("mydb").dbSnapshotIdentifier(name("restored")))
                .join();
        rds.createDBClusterSnapshot(
                        r -> r.dbClusterIdentifier(name("kept")).dbClusterSnapshotIdentifier(name("deleted")))
                .join();
        await(() -> areSnapshotsAvailable("deleted", "restored") && isClusterAvailable("kept"));
        rds.createDBClusterSnapshot(
                        r -> r.dbClusterIdentifier(name("kept")).dbClusterSnapshotIdentifier(name("restored")))
                .join();
        await(() -> areClusterSnapshotsAvailable("deleted", "restored")
                && isAvailable("kept")
                && isClusterAvailable("kept")
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
        Map<String, Map<String, ?>> mutations = mutations(deletedBackup, restoredBackup);
        Map<String, String> operations = new LinkedHashMap<>();

        try (GatewayProcess killed = GatewayProcess.start(configuration())) {
            hold(moment == Moment.NOT_YET_EXECUTED ? Fate.HELD_BEFORE_EXECUTION : Fate.HELD_BEFORE_THE_ANSWER);
            mutations.forEach((mutation, variables) ->
                    operations.put(mutation, id(killed.ask(mutation, variables).join())));
            rdsProxy.awaitHeld(10);
            dynamoDbProxy.awaitHeld(5);
            if (moment == Moment.OUTCOME_UNKNOWN || moment == Moment.RUNNING) {
                blind(true);
                rdsProxy.release(moment == Moment.OUTCOME_UNKNOWN);
                dynamoDbProxy.release(moment == Moment.OUTCOME_UNKNOWN);
                await(() -> states(killed, operations.values()).stream().allMatch(moment.name()::equals));
            }
            killed.kill();
        }
        rdsProxy.release(true);
        dynamoDbProxy.release(true);
        blind(false);

        try (GatewayProcess heir = GatewayProcess.start(configuration())) {
            await(() -> states(heir, operations.values()).stream()
                    .allMatch(state -> state.equals("SUCCEEDED") || state.equals("FAILED")));

            assertThat(operations)
                    .allSatisfy((mutation, id) ->
                            assertThat(operation(heir, id)).as(mutation).containsEntry("state", "SUCCEEDED"));
        }
        assertThat(executed()).filteredOn(CREATIONS::contains).containsExactlyInAnyOrderElementsOf(CREATIONS);
        assertThat(backups("snapped")).containsExactly(name("made"));
        assertThat(backups("kept")).isEmpty();
        assertThat(count(url(name("from-snapshot")))).isEqualTo(1000);
        assertThat(count(url(name("from-time")))).isEqualTo(1000);
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
                                    .thenApply(RecoveryCrashIT::id))));

            asked.values().forEach(ids -> {
                String first = ids.get(0).join();
                assertThat(ids).allSatisfy(id -> assertThat(id.join()).isEqualTo(first));
                await(() -> states(other, List.of(first)).equals(List.of("SUCCEEDED")));
            });
        }
        assertThat(executed()).containsExactlyInAnyOrder("CreateDBSnapshot", "CreateDBClusterSnapshot", "CreateBackup");
        assertThat(backups("snapped")).containsExactly(name("raced"));
    }

    private Map<String, Map<String, ?>> mutations(String deletedBackup, String restoredBackup) {
        Map<String, Map<String, ?>> mutations = new LinkedHashMap<>();
        for (String kind : List.of("rds", "aurora", "dynamodb")) {
            boolean isTable = kind.equals("dynamodb");
            String deleted = "snapshot:" + kind + ":" + (isTable ? deletedBackup : name("deleted"));
            String restored = "snapshot:" + kind + ":" + (isTable ? restoredBackup : name("restored"));
            String source = kind.equals("rds") ? "rds:mydb" : kind + ":" + name(isTable ? "restored" : "kept");
            mutations.put(
                    "mutation " + kind
                            + "Create($input: CreateSnapshotInput!) { o: createSnapshot(input: $input) { id } }",
                    Map.of("input", Map.of("database", kind + ":" + name("snapped"), "name", name("made"))));
            mutations.put(
                    "mutation " + kind + "Delete($id: ID!) { o: deleteSnapshot(id: $id) { id } }",
                    Map.of("id", deleted));
            mutations.put(
                    "mutation " + kind + "Restore($input: RestoreSnapshotInput!)"
                            + " { o: restoreSnapshot(input: $input) { id } }",
                    Map.of(
                            "input",
                            Map.of(
                                    "snapshot",
                                    restored,
                                    "target",
                                    name(isTable ? "from-backup" : "from-snapshot"),
                                    "reapply",
                                    true)));
            mutations.put(
                    "mutation " + kind + "RestoreTime($input: RestoreToPointInTimeInput!)"
                            + " { o: restoreToPointInTime(input: $input) { id } }",
                    Map.of(
                            "input",
                            Map.of("source", source, "target", name("from-time"), "latest", true, "reapply", true)));
            mutations.put(
                    "mutation " + kind
                            + "Policy($input: BackupPolicyInput!) { o: setBackupPolicy(input: $input) { id } }",
                    Map.of("input", Map.of("database", kind + ":" + name("kept"), "retentionDays", 9)));
        }
        return mutations;
    }

    private Map<String, String> configuration() {
        Map<String, String> configuration = new HashMap<>(new LocalCloudResource().start());
        configuration.put("quarkus.rds.endpoint-override", rdsProxy.endpoint().toString());
        configuration.put(
                "quarkus.dynamodb.endpoint-override", dynamoDbProxy.endpoint().toString());
        configuration.put("headgate.ledger.table", "Ledger-" + suffix);
        configuration.put("headgate.recovery.lease", "2s");
        configuration.put("headgate.recovery.settle", "3s");
        configuration.put("headgate.recovery.min-poll", "50ms");
        configuration.put("headgate.recovery.max-poll", "1s");
        return configuration;
    }

    private void hold(Fate fate) {
        rdsProxy.hold(fate);
        dynamoDbProxy.hold(fate);
    }

    private void blind(boolean blind) {
        rdsProxy.blind(blind);
        dynamoDbProxy.blind(blind);
    }

    private List<String> executed() {
        return Stream.of(rdsProxy, dynamoDbProxy)
                .flatMap(proxy -> proxy.executed().stream())
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static String id(Map<String, Object> data) {
        return (String) Objects.requireNonNull(((Map<String, Object>) Objects.requireNonNull(data.get("o"))).get("id"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> operation(GatewayProcess gateway, String id) {
        Map<String, Object> data = gateway.ask(
                        "query($id: ID!) { o: operation(id: $id) { id kind state error { code message awsErrorCode } } }",
                        Map.of("id", id))
                .join();
        return (Map<String, @Nullable Object>) Objects.requireNonNull(data.get("o"));
    }

    private static List<String> states(GatewayProcess gateway, Collection<String> ids) {
        return ids.stream()
                .map(id -> String.valueOf(operation(gateway, id).get("state")))
                .toList();
    }

    private String name(String part) {
        return part + "-" + suffix;
    }

    private void createInstance(String part) {
        rds.createDBInstance(r -> r.dbInstanceIdentifier(name(part))
                        .engine("mysql")
                        .dbInstanceClass("db.t4g.micro")
                        .allocatedStorage(20)
                        .masterUsername("admin")
                        .masterUserPassword("not-a-secret")
                        .backupRetentionPeriod(1))
                .join();
    }

    private void createCluster(String part) {
        rds.createDBCluster(r -> r.dbClusterIdentifier(name(part))
                        .engine("aurora-mysql")
                        .masterUsername("admin")
                        .masterUserPassword("not-a-secret")
                        .backupRetentionPeriod(1))
                .join();
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

    private boolean isAvailable(String part) {
        return rds.describeDBInstances(r -> r.dbInstanceIdentifier(name(part)))
                .join()
                .dbInstances()
                .get(0)
                .dbInstanceStatus()
                .equals("available");
    }

    private boolean isClusterAvailable(String part) {
        return rds.describeDBClusters(r -> r.dbClusterIdentifier(name(part)))
                .join()
                .dbClusters()
                .get(0)
                .status()
                .equals("available");
    }

    /** Whether the first second is over that can be restored. */
    private boolean isRestorable(String part) {
        return rds.describeDBInstances(r -> r.dbInstanceIdentifier(name(part)))
                                .join()
                                .dbInstances()
                                .get(0)
                                .latestRestorableTime()
                        != null
                && rds.describeDBClusters(r -> r.dbClusterIdentifier(name(part)))
                                .join()
                                .dbClusters()
                                .get(0)
                                .latestRestorableTime()
                        != null;
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

    private String url(String instance) {
        int port = rds.describeDBInstances(r -> r.dbInstanceIdentifier(instance))
                .join()
                .dbInstances()
                .get(0)
                .endpoint()
                .port();
        return "jdbc:postgresql://127.0.0.1:" + port + "/headgate";
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

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }
}
