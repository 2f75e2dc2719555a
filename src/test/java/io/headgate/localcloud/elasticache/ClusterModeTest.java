package io.headgate.localcloud.elasticache;

import static io.headgate.localcloud.elasticache.TestCaches.ask;
import static io.headgate.localcloud.elasticache.TestCaches.await;
import static io.headgate.localcloud.elasticache.TestCaches.kill;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.headgate.localcloud.LocalCloud;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.elasticache.model.NodeGroup;
import software.amazon.awssdk.services.elasticache.model.NodeGroupMember;
import software.amazon.awssdk.services.elasticache.model.NodeSnapshot;
import software.amazon.awssdk.services.elasticache.model.ReplicationGroup;
import software.amazon.awssdk.services.elasticache.model.Snapshot;

/** Replication groups whose keys are spread over shards: each is a real Redis Cluster. */
class ClusterModeTest {

    private static final String PARAMETER_GROUP = "default.redis6.x.cluster.on";
    private static final int KEYS = 100;

    private static final TestCaches CACHES = new TestCaches(LocalCloud.shared());

    @AfterAll
    static void close() {
        CACHES.close();
    }

    @Test
    void shardsAreDescribedAndHaveTheirKeys() {
        // Given
        String name = create(3, 0);

        // When
        write(name, "described");

        // Then
        ReplicationGroup group = CACHES.group(name);
        assertThat(group.clusterEnabled()).isTrue();
        assertThat(group.clusterModeAsString()).isEqualTo("enabled");
        assertThat(group.nodeGroups())
                .extracting(NodeGroup::nodeGroupId, NodeGroup::slots)
                .containsExactly(tuple("0001", "0-5460"), tuple("0002", "5461-10921"), tuple("0003", "10922-16383"));
        assertThat(group.nodeGroups())
                .allSatisfy(shard -> assertThat(shard.primaryEndpoint()).isNull());
        assertThat(group.memberClusters()).containsExactly(name + "-0001-001", name + "-0002-001", name + "-0003-001");
        assertThat(group.memberClusters())
                .extracting(member -> ask(CACHES.endpointOf(member), "DBSIZE"))
                .doesNotContain(":0");
        assertHas(name, "described");
    }

    @Test
    void aSnapshotOfAllShardsIsRestoredIntoAsMany() {
        // Given
        String name = create(2, 0);
        write(name, "snapshot");
        String snapshot = name + "-before";
        CACHES.client
                .createSnapshot(request -> request.replicationGroupId(name).snapshotName(snapshot))
                .join();
        CACHES.awaitAvailable(name);
        write(name, "later");

        // When
        String restored = CACHES.create(request -> request.snapshotName(snapshot)
                .numNodeGroups(2)
                .replicasPerNodeGroup(1)
                .cacheParameterGroupName(PARAMETER_GROUP)
                .automaticFailoverEnabled(true));

        // Then
        assertHas(restored, "snapshot");
        assertHas(name, "later");
        Snapshot described = CACHES.client
                .describeSnapshots(request -> request.snapshotName(snapshot))
                .join()
                .snapshots()
                .get(0);
        assertThat(described.numNodeGroups()).isEqualTo(2);
        assertThat(described.nodeSnapshots())
                .extracting(NodeSnapshot::nodeGroupId)
                .containsExactly("0001", "0002");
        assertThatThrownBy(() -> CACHES.create(request ->
                        request.snapshotName(snapshot).numNodeGroups(3).automaticFailoverEnabled(true)))
                .hasMessageContaining("as many shards as it has");
        CACHES.client.deleteSnapshot(request -> request.snapshotName(snapshot)).join();
    }

    @Test
    void aShardFailsOverWhenItsPrimaryIsKilledAndWhenItIsAsked() {
        // Given
        String name = create(2, 1);
        write(name, "failover");
        replicated(name);
        String killed = name + "-0002-001";
        String heir = name + "-0002-002";

        // When
        kill(CACHES.endpointOf(killed));

        // Then
        await("written again", () -> unwritten(name, "failover-2"), List.of());
        CACHES.awaitAvailable(name);
        assertThat(CACHES.events(name))
                .contains("Failover from primary node " + killed + " to replica node " + heir + " completed");
        assertHas(name, "failover-2");
        replicated(name);

        // And back
        CACHES.client
                .testFailover(request -> request.replicationGroupId(name).nodeGroupId("0002"))
                .join();
        CACHES.awaitAvailable(name);
        assertThat(CACHES.events(name))
                .contains("Failover from primary node " + heir + " to replica node " + killed + " completed");
        assertThat(ask(CACHES.endpointOf(killed), "ROLE")).isEqualTo("*3");
        assertThat(ask(CACHES.endpointOf(killed), "INFO replication")).contains("role:master");
        assertHas(name, "failover-2");
        write(name, "failover-3");
    }

    @Test
    void nothingThatWasAcknowledgedIsLostByAFailoverThatIsAskedFor() {
        // Given
        String name = create(2, 1);
        Writer writer = new Writer(CACHES.endpoint(name));

        // When
        CACHES.client
                .testFailover(request -> request.replicationGroupId(name).nodeGroupId("0001"))
                .join();
        CACHES.awaitAvailable(name);

        // Then
        assertThat(CACHES.events(name))
                .contains("Failover from primary node " + name + "-0001-001 to replica node " + name
                        + "-0001-002 completed");
        writer.assertThatNothingIsLost();
    }

    @Test
    void whatElastiCacheRefusesIsRefused() {
        assertThatThrownBy(
                        () -> CACHES.create(request -> request.numNodeGroups(2).automaticFailoverEnabled(true)))
                .hasMessageContaining(".cluster.on");
        assertThatThrownBy(
                        () -> CACHES.create(request -> request.numNodeGroups(2).clusterMode("enabled")))
                .hasMessageContaining("automatic failover turned off");
    }

    private static String create(int shards, int replicas) {
        return CACHES.create(request -> request.cacheParameterGroupName(PARAMETER_GROUP)
                .numNodeGroups(shards)
                .replicasPerNodeGroup(replicas)
                .automaticFailoverEnabled(true));
    }

    private static List<String> keys() {
        return IntStream.range(0, KEYS).mapToObj(n -> "key:" + n).toList();
    }

    private static void write(String group, String value) {
        assertThat(unwritten(group, value)).isEmpty();
    }

    /** The keys whose writing failed. */
    private static List<String> unwritten(String group, String value) {
        String endpoint = CACHES.endpoint(group);
        return keys().stream()
                .filter(key -> !ask(endpoint, "SET " + key + " " + value).equals("+OK"))
                .toList();
    }

    private static void assertHas(String group, String value) {
        String endpoint = CACHES.endpoint(group);
        assertThat(keys())
                .allSatisfy(key -> assertThat(ask(endpoint, "GET " + key)).isEqualTo(value));
    }

    /** Returns when the nodes of each shard have as many keys. */
    private static void replicated(String group) {
        for (NodeGroup shard : CACHES.group(group).nodeGroups()) {
            List<String> members = shard.nodeGroupMembers().stream()
                    .map(NodeGroupMember::cacheClusterId)
                    .toList();
            await(
                    "replicated",
                    () -> members.stream()
                            .map(member -> ask(CACHES.endpointOf(member), "DBSIZE"))
                            .distinct()
                            .count(),
                    1L);
        }
    }
}
