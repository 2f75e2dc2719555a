package io.headgate.fleet.graphql;

import static io.headgate.GraphQlClient.ask;
import static io.headgate.fleet.graphql.FleetClient.await;
import static io.headgate.fleet.graphql.FleetClient.done;
import static io.headgate.fleet.graphql.FleetClient.mutate;
import static io.headgate.fleet.graphql.FleetClient.suffix;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GraphQlClient.Answer;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudResource;
import io.headgate.localcloud.RedisSocket;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;

/** Caches of ElastiCache over GraphQL: real Redis servers that are backed up, restored, failed over and deleted. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class CacheLifeGraphQlTest {

    private final String name = "sessions-" + suffix();
    private final String id = "cache:" + name;
    private final ElastiCacheAsyncClient elastiCache = LocalCloud.shared().rds().elastiCache();

    @BeforeEach
    void create() {
        elastiCache
                .createReplicationGroup(request -> request.replicationGroupId(name)
                        .replicationGroupDescription("Sessions")
                        .engine("valkey")
                        .cacheNodeType("cache.t4g.micro")
                        .numCacheClusters(2)
                        .automaticFailoverEnabled(true))
                .join();
        available(id);
    }

    @AfterEach
    void delete() {
        elastiCache
                .deleteReplicationGroup(request -> request.replicationGroupId(name))
                .join();
        elastiCache.close();
    }

    @Test
    void aCacheIsBackedUpAndRestored() {
        // Given
        assertThat(command(id, "SET token:1 alice")).isEqualTo("+OK");

        // When
        Answer backedUp = done(
                "createSnapshot",
                Map.of(
                        "database",
                        id,
                        "name",
                        name + "-before",
                        "tags",
                        List.of(Map.of("key", "team", "value", "shop"))));
        command(id, "SET token:1 mallory");
        String snapshot = backedUp.text("operation", "snapshot", "id");
        String target = name + "-2";
        Answer plan = ask(
                "query($input: RestoreSnapshotInput!) { planRestoreSnapshot(input: $input) { hash problems willCreate"
                        + " notRestored source { id } } }",
                Map.of("input", Map.of("snapshot", snapshot, "target", target)));
        Answer restored = done(
                "restoreSnapshot",
                Map.of("snapshot", snapshot, "target", target, "reapply", true, "idempotencyKey", "restore-" + name));

        // Then
        assertThat(snapshot).isEqualTo("snapshot:cache:" + name + "-before");
        assertThat(plan.messages()).isEmpty();
        assertThat(plan.list("planRestoreSnapshot", "problems")).isEmpty();
        assertThat(plan.text("planRestoreSnapshot", "source", "id")).isEqualTo(id);
        assertThat(plan.list("planRestoreSnapshot", "willCreate")).hasSize(1);
        assertThat(restored.text("operation", "database", "id")).isEqualTo(id + "-2");
        assertThat(command(id + "-2", "GET token:1")).isEqualTo("alice");
        assertThat(command(id, "GET token:1")).isEqualTo("mallory");
        Answer snapshots = ask(
                "query($id: ID!) { snapshots(database: $id) { nodes { id status automated sizeBytes tags { key value }"
                        + " database { id } } } }",
                Map.of("id", id));
        assertThat(snapshots.messages()).isEmpty();
        assertThat(snapshots.list("snapshots", "nodes"))
                .singleElement()
                .asString()
                .contains("available", "team", "headgate:operation", "database={id=" + id);

        // And undone
        done("deleteDatabase", Map.of("database", id + "-2", "skipFinalSnapshot", true));
        FleetClient.end(ask("mutation($id: ID!) { o: deleteSnapshot(id: $id) { id } }", Map.of("id", snapshot)));
        assertThat(ask("query($id: ID!) { database(id: $id) { id } }", Map.of("id", id + "-2"))
                        .data("database"))
                .isNull();
    }

    @Test
    void aReplicaTakesOver() {
        // Given
        command(id, "SET token:2 bob");
        String endpoint = endpoint(id);

        // When
        Answer failedOver = done("failoverDatabase", Map.of("database", id));

        // Then
        assertThat(failedOver.text("operation", "kind")).isEqualTo("FAILOVER_DATABASE");
        assertThat(endpoint(id)).isEqualTo(endpoint);
        assertThat(command(id, "GET token:2")).isEqualTo("bob");
        assertThat(command(id, "SET token:2 carol")).isEqualTo("+OK");
        Answer nodes = ask(
                "query($id: ID!) { database(id: $id) { instanceClass encrypted cacheNodes { name shard role availabilityZone } } }",
                Map.of("id", id));
        assertThat(nodes.data("database"))
                .hasToString("{instanceClass=cache.t4g.micro, encrypted=false, cacheNodes=[{name=" + name
                        + "-001, shard=0001, role=replica, availabilityZone=eu-west-1a}, {name=" + name
                        + "-002, shard=0001, role=primary, availabilityZone=eu-west-1b}]}");
        assertThat(FleetClient.messages(id))
                .contains(
                        "Test Failover API called for node group 0001",
                        "Failover from primary node " + name + "-001 to replica node " + name + "-002 completed");
    }

    @Test
    void howFarAReplicaIsBehindIsTold() throws Exception {
        // Given
        Matcher pid = Pattern.compile("process_id:(\\d+)")
                .matcher(RedisSocket.ask(String.valueOf(ofNode(1, "endpoint")), "INFO server"));
        assertThat(pid.find()).isTrue();
        await(() -> ofNode(1, "replicaLagSeconds"), lag -> lag instanceof Number);
        assertThat(ofNode(0, "replicaLagSeconds")).as("of the primary").isNull();

        // When
        signal(pid.group(1), "STOP");

        // Then
        await(() -> ofNode(1, "replicaLagSeconds"), lag -> lag instanceof Number seconds && seconds.intValue() >= 2);
        signal(pid.group(1), "CONT");
        await(() -> ofNode(1, "replicaLagSeconds"), lag -> lag instanceof Number seconds && seconds.intValue() < 2);
    }

    private @Nullable Object ofNode(int node, String field) {
        Answer answer =
                ask("query($id: ID!) { database(id: $id) { cacheNodes { %s } } }".formatted(field), Map.of("id", id));
        assertThat(answer.messages()).isEmpty();
        return answer.data("database", "cacheNodes", node, field);
    }

    private static void signal(String pid, String signal) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor())
                .isZero();
    }

    @Test
    void shardsAreBackedUpRestoredAndFailedOver() {
        // Given
        String shards = name + "-shards";
        String restoredId = "cache:" + shards + "-2";
        elastiCache
                .createReplicationGroup(request -> request.replicationGroupId(shards)
                        .replicationGroupDescription("Sessions of many")
                        .engine("valkey")
                        .cacheNodeType("cache.t4g.micro")
                        .cacheParameterGroupName("default.valkey8.cluster.on")
                        .numNodeGroups(2)
                        .replicasPerNodeGroup(1)
                        .automaticFailoverEnabled(true))
                .join();
        available("cache:" + shards);
        // Of the first shard, and of the second
        assertThat(command("cache:" + shards, "SET b alice")).isEqualTo("+OK");
        assertThat(command("cache:" + shards, "SET a bob")).isEqualTo("+OK");

        // When
        Answer backedUp = done("createSnapshot", Map.of("database", "cache:" + shards, "name", shards + "-before"));
        String snapshot = backedUp.text("operation", "snapshot", "id");
        done("restoreSnapshot", Map.of("snapshot", snapshot, "target", shards + "-2", "reapply", true));
        Answer unnamed = mutate("failoverDatabase", Map.of("database", restoredId));
        done("failoverDatabase", Map.of("database", restoredId, "target", "0002"));

        // Then
        assertThat(unnamed.messages()).singleElement().asString().contains("[0001, 0002]");
        assertThat(command(restoredId, "GET b")).isEqualTo("alice");
        assertThat(command(restoredId, "GET a")).isEqualTo("bob");
        assertThat(FleetClient.messages(restoredId))
                .contains("Failover from primary node " + shards + "-2-0002-001 to replica node " + shards
                        + "-2-0002-002 completed");
        assertThat(ask("query($id: ID!) { database(id: $id) { cacheNodes { name shard } } }", Map.of("id", restoredId))
                        .list("database", "cacheNodes"))
                .hasSize(4);

        // And undone
        FleetClient.end(ask("mutation($id: ID!) { o: deleteSnapshot(id: $id) { id } }", Map.of("id", snapshot)));
        for (String each : List.of("cache:" + shards, restoredId)) {
            done("deleteDatabase", Map.of("database", each, "skipFinalSnapshot", true));
        }
    }

    @Test
    void retentionIsSet() {
        Answer set = ask(
                "mutation($id: ID!) { o: setBackupPolicy(input: {database: $id, retentionDays: 7}) { id } }",
                Map.of("id", id));
        FleetClient.end(set);

        Answer database = ask(
                "query($id: ID!) { database(id: $id) { kind engine backupRetentionDays pointInTimeRecovery multiAz } }",
                Map.of("id", id));
        assertThat(database.data("database"))
                .hasToString("{kind=CACHE_CLUSTER, engine=valkey, backupRetentionDays=7, pointInTimeRecovery=false,"
                        + " multiAz=false}");
    }

    @Test
    void whatCantBeDoneIsSaid() {
        String memcached = "cache:pages-" + suffix();
        elastiCache
                .createCacheCluster(request -> request.cacheClusterId(memcached.substring("cache:".length()))
                        .engine("memcached")
                        .cacheNodeType("cache.t4g.micro")
                        .numCacheNodes(1))
                .join();
        available(memcached);

        assertThat(mutate("createSnapshot", Map.of("database", memcached, "name", "none"))
                        .messages())
                .singleElement()
                .asString()
                .contains("runs Memcached");
        assertThat(mutate("failoverDatabase", Map.of("database", memcached)).messages())
                .singleElement()
                .asString()
                .contains("runs Memcached");
        assertThat(mutate("restoreToPointInTime", Map.of("source", id, "target", name + "-3", "latest", true))
                        .messages())
                .singleElement()
                .asString()
                .contains("restoreSnapshot");
        assertThat(mutate("rebootDatabase", Map.of("database", id)).messages())
                .singleElement()
                .asString()
                .contains("REBOOT_DATABASE is not for them");

        done("deleteDatabase", Map.of("database", memcached, "skipFinalSnapshot", true));
    }

    private static void available(String id) {
        await(
                () -> ask("query($id: ID!) { database(id: $id) { status } }", Map.of("id", id))
                        .data("database", "status"),
                "available"::equals);
    }

    private static String endpoint(String id) {
        return ask("query($id: ID!) { database(id: $id) { endpoint } }", Map.of("id", id))
                .text("database", "endpoint");
    }

    private static String command(String id, String command) {
        return RedisSocket.ask(endpoint(id), command);
    }
}
