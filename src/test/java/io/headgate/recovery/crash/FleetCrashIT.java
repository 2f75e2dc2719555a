package io.headgate.recovery.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.rds.RdsAsyncClient;

/** A gateway is killed with operations of the fleet of every kind at each state, and another one brings them to their ends. */
class FleetCrashIT extends KilledGateway {

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
    private final RdsDatabases databases = new RdsDatabases(rds, suffix);
    private final ElastiCacheAsyncClient elastiCache = cloud.rds().elastiCache();
    private final DynamoDbAsyncClient dynamoDb = cloud.dynamoDb().client();

    @BeforeEach
    void prepare() {
        List.of("modified", "deleted", "rebooted", "replicated").forEach(part -> databases.createInstance(part, false));
        databases.createInstance("failed-over", true);
        List.of("deleted", "switched").forEach(databases::createCluster);
        await(() -> databases.areAvailable("modified", "deleted", "rebooted", "replicated", "failed-over")
                && databases.areClustersAvailable("deleted", "switched"));
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
        await(() ->
                databases.areAvailable("promoted", "switched-1", "switched-2", "replicated") && areCachesAvailable(4));
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
        Map<String, Map<String, Object>> changes = mutations();
        boolean isPasswordGone = moment == Moment.NOT_YET_EXECUTED;

        Map<String, String> operations = kill(configuration(), moment, Map.of(proxy, changes.size()), changes);
        Map<String, Map<String, @Nullable Object>> ends = ends(configuration(), operations);

        ends.forEach((name, end) -> assertThat(end)
                .as(name)
                .containsEntry(
                        "state", isPasswordGone && name.startsWith("createDatabase 3") ? "FAILED" : "SUCCEEDED"));
        assertThat(executed()).containsAllEntriesOf(ONCE_EACH);
        // One that is managed, one with a password, and two instances of a cluster.
        assertThat(executed()).containsEntry("CreateDBInstance", isPasswordGone ? 3 : 4);
        assertThat(databases.instance("modified").backupRetentionPeriod()).isEqualTo(9);
        assertThat(databases.instance("promoted").readReplicaSourceDBInstanceIdentifier())
                .isNull();
        assertThat(databases.cluster("made").dbClusterMembers()).hasSize(2);
        assertThat(areCachesAvailable(4)).as("one is deleted, one made").isTrue();
        assertThat(dynamoDb.scan(r -> r.tableName(name("Fleet"))).join().toString())
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
        return configuration(
                "Fleet",
                Map.of(
                        "quarkus.rds.endpoint-override",
                        proxy,
                        "headgate.recovery.elasticache.endpoint-override",
                        proxy));
    }

    private Map<String, Integer> executed() {
        Map<String, Integer> times = new HashMap<>();
        proxy.executed().forEach(action -> times.merge(action, 1, Integer::sum));
        return times;
    }
}
