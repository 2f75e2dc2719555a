package io.headgate.localcloud.elasticache;

import static io.headgate.localcloud.elasticache.TestCaches.ask;
import static io.headgate.localcloud.elasticache.TestCaches.await;
import static io.headgate.localcloud.elasticache.TestCaches.kill;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Servers of replication groups that die. */
class CacheFailoverTest {

    private static final TestCaches CACHES = new TestCaches(LocalCloud.shared());

    @AfterAll
    static void close() {
        CACHES.close();
    }

    @Test
    void aReplicaTakesOverFromAPrimaryThatIsKilled() {
        // Given
        String group = CACHES.create(request -> request.numCacheClusters(3).automaticFailoverEnabled(true));
        String endpoint = CACHES.endpoint(group);
        String primary = CACHES.members(group, "primary").get(0);
        replicated(group, endpoint);

        // When
        kill(CACHES.endpointOf(primary));

        // Then
        await("written again", () -> ask(endpoint, "SET after failover"), "+OK");
        assertThat(ask(endpoint, "GET before")).isEqualTo("failover");
        CACHES.awaitAvailable(group);
        String heir = CACHES.members(group, "primary").get(0);
        assertThat(heir).isNotEqualTo(primary);
        assertThat(CACHES.endpoint(group)).isEqualTo(endpoint);
        assertThat(CACHES.events(group))
                .contains("Failover from primary node " + primary + " to replica node " + heir + " completed");
        // And the others follow the new primary, the killed one among them
        for (String replica : CACHES.members(group, "replica")) {
            String at = CACHES.endpointOf(replica);
            await("replicated to " + replica, () -> ask(at, "GET after"), "failover");
            assertThat(ask(at, "GET before")).isEqualTo("failover");
        }
    }

    @Test
    void nothingThatWasAcknowledgedIsLostByAFailoverThatIsAskedFor() {
        // Given
        String group = CACHES.create(request -> request.numCacheClusters(2).automaticFailoverEnabled(true));
        String endpoint = CACHES.endpoint(group);
        Writer writer = new Writer(endpoint);

        // When
        CACHES.client
                .testFailover(request -> request.replicationGroupId(group).nodeGroupId("0001"))
                .join();
        CACHES.awaitAvailable(group);

        // Then
        assertThat(CACHES.members(group, "primary")).containsExactly(group + "-002");
        writer.assertThatNothingIsLost();
    }

    @Test
    void theReplicaThatIsLeastBehindTakesOver() {
        // Given
        String group = CACHES.create(request -> request.numCacheClusters(3).automaticFailoverEnabled(true));
        String endpoint = CACHES.endpoint(group);
        List<String> replicas = CACHES.members(group, "replica");
        assertThat(ask(CACHES.endpointOf(replicas.get(0)), "REPLICAOF NO ONE")).isEqualTo("+OK");
        assertThat(ask(endpoint, "SET before failover")).isEqualTo("+OK");
        await("replicated", () -> ask(CACHES.endpointOf(replicas.get(1)), "GET before"), "failover");

        // When
        kill(endpoint);

        // Then
        await("written again", () -> ask(endpoint, "SET after failover"), "+OK");
        assertThat(ask(endpoint, "GET before")).isEqualTo("failover");
        assertThat(CACHES.members(group, "primary")).containsExactly(replicas.get(1));
    }

    @Test
    void withoutAutomaticFailoverTheGroupStaysDownUntilItIsToRun() throws Exception {
        // Given
        String group = CACHES.create(request -> request.numCacheClusters(2));
        String another = CACHES.create(request -> request.numCacheClusters(2).automaticFailoverEnabled(true));
        String endpoint = CACHES.endpoint(group);
        String primary = CACHES.members(group, "primary").get(0);
        replicated(group, endpoint);

        // When
        kill(CACHES.endpointOf(primary));
        kill(CACHES.endpoint(another));

        // Then
        await("written elsewhere", () -> ask(CACHES.endpoint(another), "SET after failover"), "+OK");
        assertThat(CACHES.server(primary, null)).contains("\"stopped\"", "\"primary\"");
        assertThat(ask(endpoint, "SET after failover")).contains("did not answer");

        // And its replica has the data when it runs again
        assertThat(CACHES.server(primary, "running")).contains("\"running\"", "\"replica\"");
        assertThat(ask(endpoint, "GET before")).isEqualTo("failover");
        assertThat(ask(endpoint, "SET after failover")).isEqualTo("+OK");
    }

    @Test
    void aReplicaThatIsKilledComesBack() {
        // Given
        String group = CACHES.create(request -> request.numCacheClusters(2).automaticFailoverEnabled(true));
        String endpoint = CACHES.endpoint(group);
        String replica = CACHES.members(group, "replica").get(0);
        replicated(group, endpoint);

        // When
        kill(CACHES.endpointOf(replica));

        // Then
        await("replicated again", () -> ask(CACHES.endpointOf(replica), "GET before"), "failover");
        assertThat(CACHES.members(group, "replica")).containsExactly(replica);
    }

    @Test
    void whatIsStoppedStaysSo() throws Exception {
        // Given
        String group = CACHES.create(request -> request.numCacheClusters(2).automaticFailoverEnabled(true));
        String primary = CACHES.members(group, "primary").get(0);

        // When
        String stopped = CACHES.server(primary, "stopped");

        // Then
        assertThat(stopped).isEqualTo("{\"node\":\"%s\",\"server\":\"stopped\",\"role\":\"primary\"}", primary);
        assertThat(ask(CACHES.endpoint(group), "PING")).contains("did not answer");
        assertThat(CACHES.server(primary, "paused")).contains("?server=stopped");
        assertThat(CACHES.server("none", null)).isEqualTo("CacheCluster not found: none");
    }

    /** Writes, and returns when all replicas have it. */
    private static void replicated(String group, String endpoint) {
        assertThat(ask(endpoint, "SET before failover")).isEqualTo("+OK");
        for (String replica : CACHES.members(group, "replica")) {
            await("replicated", () -> ask(CACHES.endpointOf(replica), "GET before"), "failover");
        }
    }
}
