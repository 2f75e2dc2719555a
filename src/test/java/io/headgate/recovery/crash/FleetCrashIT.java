package io.headgate.recovery.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.recovery.crash.AwsProxy.Fate;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBInstance;

/** A gateway is killed with operations of the fleet of every kind at each state, and another one brings them to their ends. */
class FleetCrashIT {

    /** When the gateway is killed: what has become of each request, as far as it knows. */
    enum Moment {
        NOT_YET_EXECUTED,
        EXECUTED_UNANSWERED,
        OUTCOME_UNKNOWN,
        RUNNING
    }

    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final String PASSWORD = "Only-For-The-Master-1";
    private static final Map<String, Integer> ONCE_EACH = Map.ofEntries(
            Map.entry("CreateDBInstanceReadReplica", 1),
            Map.entry("CreateDBCluster", 1),
            Map.entry("DeleteDBCluster", 1),
            Map.entry("DeleteDBInstance", 1),
            Map.entry("FailoverDBCluster", 1),
            Map.entry("ModifyDBInstance", 1),
            Map.entry("PromoteReadReplica", 1),
            Map.entry("RebootDBInstance", 2),
            Map.entry("CreateSnapshot", 1),
            Map.entry("CreateReplicationGroup", 1),
            Map.entry("DeleteReplicationGroup", 1),
            Map.entry("ModifyReplicationGroup", 1),
            Map.entry("TestFailover", 1));

    private final LocalCloud cloud = LocalCloud.shared();
    private final String suffix = UUID.randomUUID().toString().substring(0, 8);
    private final AwsProxy proxy = new AwsProxy(
            cloud.rds().endpoint(),
            Set.of(
                    "CreateDBInstance",
                    "CreateDBInstanceReadReplica",
                    "CreateDBCluster",
                    "DeleteDBCluster",
                    "DeleteDBInstance",
                    "FailoverDBCluster",
                    "ModifyDBInstance",
                    "PromoteReadReplica",
                    "RebootDBInstance",
                    "CreateSnapshot",
                    "CreateReplicationGroup",
                    "DeleteReplicationGroup",
                    "ModifyReplicationGroup",
                    "TestFailover"));
    private final RdsAsyncClient rds = cloud.rds().client();
    private final ElastiCacheAsyncClient elastiCache = cloud.rds().elastiCache();
    private final DynamoDbAsyncClient dynamoDb = cloud.dynamoDb().client();

    @BeforeEach
    void prepare() {
        List.of("modified", "deleted", "rebooted", "replicated").forEach(part -> createInstance(part, false));
        createInstance("failed-over", true);
        List.of("deleted", "switched").forEach(this::createCluster);
        await(() -> areAvailable("modified", "deleted", "rebooted", "replicated", "failed-over")
                && isClusterAvailable("deleted")
                && isClusterAvailable("switched"));
        rds.createDBInstanceReadReplica(
                        r -> r.dbInstanceIdentifier(name("promoted")).sourceDBInstanceIdentifier(name("replicated")))
                .join();
        List.of("switched-1", "switched-2")
                .forEach(part -> rds.createDBInstance(r -> r.dbInstanceIdentifier(name(part))
                                .dbClusterIdentifier(name("switched"))
                                .engine("aurora-mysql")
                                .dbInstanceClass("db.r7g.large"))
                        .join());
        List.of("kept", "last").forEach(part -> createCache(part, false));
        createCache("by-itself", true);
        createCache("by-hand", false);
        await(() -> areAvailable("promoted", "switched-1", "switched-2", "replicated") && areCachesAvailable(4));
        elastiCache
                .createSnapshot(r -> r.replicationGroupId(name("kept")).snapshotName(name("kept-before")))
                .join();
        await(() -> areCachesAvailable(4));
    }

    private void createCache(String part, boolean failsOver) {
        elastiCache
                .createReplicationGroup(r -> r.replicationGroupId(name(part))
                        .replicationGroupDescription(part)
                        .cacheNodeType("cache.t4g.micro")
                        .numCacheClusters(part.startsWith("by-") ? 2 : 1)
                        .automaticFailoverEnabled(failsOver))
                .join();
    }

    private boolean areCachesAvailable(int expected) {
        return elastiCache.describeReplicationGroups().join().replicationGroups().stream()
                        .filter(each -> each.replicationGroupId().endsWith(suffix)
                                && each.status().equals("available"))
                        .count()
                == expected;
    }

    @AfterEach
    void close() {
        proxy.close();
        rds.close();
        elastiCache.close();
        dynamoDb.close();
    }

    @ParameterizedTest
    @EnumSource
    void operationsOfAKilledGatewayEndRightAndOnce(Moment moment) {
        Map<String, String> operations = new LinkedHashMap<>();
        Map<String, Map<String, Object>> mutations = mutations();

        try (GatewayProcess killed = GatewayProcess.start(configuration())) {
            proxy.hold(moment == Moment.NOT_YET_EXECUTED ? Fate.HELD_BEFORE_EXECUTION : Fate.HELD_BEFORE_THE_ANSWER);
            mutations.forEach((name, input) -> operations.put(name, ask(killed, name, input)));
            proxy.awaitHeld(mutations.size());
            if (moment == Moment.OUTCOME_UNKNOWN || moment == Moment.RUNNING) {
                proxy.blind(true);
                proxy.release(moment == Moment.OUTCOME_UNKNOWN);
                await(() -> operations.values().stream()
                        .allMatch(
                                id -> moment.name().equals(operation(killed, id).get("state"))));
            }
            killed.kill();
        }
        proxy.release(true);
        proxy.blind(false);

        try (GatewayProcess heir = GatewayProcess.start(configuration())) {
            await(() -> operations.values().stream()
                    .allMatch(id -> Set.of("SUCCEEDED", "FAILED")
                            .contains(operation(heir, id).get("state"))));

            boolean isPasswordGone = moment == Moment.NOT_YET_EXECUTED;
            operations.forEach((name, id) -> assertThat(operation(heir, id))
                    .as(name)
                    .containsEntry(
                            "state", isPasswordGone && name.startsWith("createDatabase 3") ? "FAILED" : "SUCCEEDED"));
            assertThat(executed()).containsAllEntriesOf(ONCE_EACH);
            // One that is managed, one with a password, and two instances of a cluster.
            assertThat(executed()).containsEntry("CreateDBInstance", isPasswordGone ? 3 : 4);
        }
        assertThat(instanceOf("modified").backupRetentionPeriod()).isEqualTo(9);
        assertThat(instanceOf("promoted").readReplicaSourceDBInstanceIdentifier())
                .isNull();
        assertThat(rds.describeDBClusters(r -> r.dbClusterIdentifier(name("made")))
                        .join()
                        .dbClusters()
                        .get(0)
                        .dbClusterMembers())
                .hasSize(2);
        assertThat(areCachesAvailable(4)).as("one is deleted, one made").isTrue();
        assertThat(dynamoDb.scan(r -> r.tableName("Fleet-" + suffix)).join().toString())
                .contains("passwordGiven")
                .doesNotContain(PASSWORD);
    }

    private Map<String, Map<String, Object>> mutations() {
        Map<String, Map<String, Object>> mutations = new LinkedHashMap<>();
        mutations.put("createDatabase 1", creation("made", Map.of()));
        mutations.put("createDatabase 2", creation("made", Map.of("engine", "aurora-mysql", "readers", 1)));
        mutations.put("createDatabase 3", creation("with-password", Map.of("masterPassword", PASSWORD)));
        mutations.put("modifyDatabase 4", Map.of("database", "rds:" + name("modified"), "backupRetentionDays", 9));
        mutations.put("deleteDatabase 5", Map.of("database", "rds:" + name("deleted")));
        mutations.put("deleteDatabase 6", Map.of("database", "aurora:" + name("deleted")));
        mutations.put("rebootDatabase 7", Map.of("database", "rds:" + name("rebooted")));
        mutations.put("failoverDatabase 8", Map.of("database", "rds:" + name("failed-over")));
        mutations.put("failoverDatabase 9", Map.of("database", "aurora:" + name("switched")));
        mutations.put("createReadReplica 10", Map.of("source", "rds:" + name("replicated"), "target", name("replica")));
        mutations.put("promoteReadReplica 11", Map.of("database", "rds:" + name("promoted")));
        mutations.put("createSnapshot 12", Map.of("database", "cache:" + name("kept"), "name", name("kept-after")));
        mutations.put(
                "restoreSnapshot 13",
                Map.of("snapshot", "snapshot:cache:" + name("kept-before"), "target", name("cache")));
        mutations.put("deleteDatabase 14", Map.of("database", "cache:" + name("last")));
        mutations.put("failoverDatabase 15", Map.of("database", "cache:" + name("by-itself")));
        mutations.put(
                "failoverDatabase 16",
                Map.of("database", "cache:" + name("by-hand"), "target", name("by-hand") + "-002"));
        return mutations;
    }

    private Map<String, Object> creation(String part, Map<String, Object> more) {
        Map<String, Object> input =
                new HashMap<>(Map.of("name", name(part), "engine", "mysql", "instanceClass", "db.m7g.large"));
        input.putAll(more);
        return input;
    }

    private Map<String, String> configuration() {
        Map<String, String> configuration = new HashMap<>(new LocalCloudResource().start());
        configuration.put("quarkus.rds.endpoint-override", proxy.endpoint().toString());
        configuration.put(
                "headgate.recovery.elasticache.endpoint-override",
                proxy.endpoint().toString());
        configuration.put("headgate.ledger.table", "Fleet-" + suffix);
        configuration.put("headgate.recovery.lease", "2s");
        configuration.put("headgate.recovery.settle", "3s");
        configuration.put("headgate.recovery.min-poll", "50ms");
        configuration.put("headgate.recovery.max-poll", "1s");
        return configuration;
    }

    private Map<String, Integer> executed() {
        Map<String, Integer> times = new HashMap<>();
        proxy.executed().forEach(action -> times.merge(action, 1, Integer::sum));
        return times;
    }

    @SuppressWarnings("unchecked")
    private static String ask(GatewayProcess gateway, String name, Map<String, Object> input) {
        String mutation = name.substring(0, name.indexOf(' '));
        String type = Character.toUpperCase(mutation.charAt(0)) + mutation.substring(1) + "Input!";
        Map<String, Object> data = gateway.ask(
                        "mutation($input: " + type + ") { o: " + mutation + "(input: $input) { id } }",
                        Map.of("input", input))
                .join();
        return String.valueOf(((Map<String, Object>) Objects.requireNonNull(data.get("o"))).get("id"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> operation(GatewayProcess gateway, String id) {
        Map<String, Object> data = gateway.ask(
                        "query($id: ID!) { o: operation(id: $id) { id kind state error { code message awsErrorCode } } }",
                        Map.of("id", id))
                .join();
        return (Map<String, @Nullable Object>) Objects.requireNonNull(data.get("o"));
    }

    private String name(String part) {
        return part + "-" + suffix;
    }

    private void createInstance(String part, boolean multiAz) {
        rds.createDBInstance(r -> r.dbInstanceIdentifier(name(part))
                        .engine("mysql")
                        .dbInstanceClass("db.t4g.micro")
                        .allocatedStorage(20)
                        .multiAZ(multiAz)
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

    private DBInstance instanceOf(String part) {
        return rds.describeDBInstances(r -> r.dbInstanceIdentifier(name(part)))
                .join()
                .dbInstances()
                .get(0);
    }

    private boolean areAvailable(String... parts) {
        return List.of(parts).stream()
                .allMatch(part -> instanceOf(part).dbInstanceStatus().equals("available"));
    }

    private boolean isClusterAvailable(String part) {
        return rds.describeDBClusters(r -> r.dbClusterIdentifier(name(part)))
                .join()
                .dbClusters()
                .get(0)
                .status()
                .equals("available");
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }
}
