package io.headgate.localcloud.elasticache;

import static io.headgate.localcloud.elasticache.TestCaches.ask;
import static io.headgate.localcloud.elasticache.TestCaches.await;
import static io.headgate.localcloud.elasticache.TestCaches.kill;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers of replication groups that die. */
class CacheFailoverTest {

    private final TestCaches caches = new TestCaches(LocalCloud.shared());

    @AfterEach
    void close() {
        caches.close();
    }

    @Test
    void aReplicaTakesOverFromAPrimaryThatIsKilled() {
        // Given
        String group = caches.create(request -> request.numCacheClusters(3).automaticFailoverEnabled(true));
        String endpoint = caches.endpoint(group);
        String primary = caches.members(group, "primary").get(0);
        replicated(group, endpoint);

        // When
        kill(caches.endpointOf(primary));

        // Then
        await("written again", () -> ask(endpoint, "SET after failover"), "+OK");
        assertThat(ask(endpoint, "GET before")).isEqualTo("failover");
        caches.awaitAvailable(group);
        String heir = caches.members(group, "primary").get(0);
        assertThat(heir).isNotEqualTo(primary);
        assertThat(caches.endpoint(group)).isEqualTo(endpoint);
        assertThat(caches.events(group))
                .contains("Failover from primary node " + primary + " to replica node " + heir + " completed");
        // And the others follow the new primary, the killed one among them
        for (String replica : caches.members(group, "replica")) {
            String at = caches.endpointOf(replica);
            await("replicated to " + replica, () -> ask(at, "GET after"), "failover");
            assertThat(ask(at, "GET before")).isEqualTo("failover");
        }
    }

    @Test
    void withoutAutomaticFailoverTheGroupStaysDownUntilItIsToRun() throws Exception {
        // Given
        String group = caches.create(request -> request.numCacheClusters(2));
        String another = caches.create(request -> request.numCacheClusters(2).automaticFailoverEnabled(true));
        String endpoint = caches.endpoint(group);
        String primary = caches.members(group, "primary").get(0);
        replicated(group, endpoint);

        // When
        kill(caches.endpointOf(primary));
        kill(caches.endpoint(another));

        // Then
        await("written elsewhere", () -> ask(caches.endpoint(another), "SET after failover"), "+OK");
        assertThat(caches.server(primary, null)).contains("\"stopped\"", "\"primary\"");
        assertThat(ask(endpoint, "SET after failover")).contains("did not answer");

        // And its replica has the data when it runs again
        assertThat(caches.server(primary, "running")).contains("\"running\"", "\"replica\"");
        assertThat(ask(endpoint, "GET before")).isEqualTo("failover");
        assertThat(ask(endpoint, "SET after failover")).isEqualTo("+OK");
    }

    @Test
    void aReplicaThatIsKilledComesBack() {
        // Given
        String group = caches.create(request -> request.numCacheClusters(2).automaticFailoverEnabled(true));
        String endpoint = caches.endpoint(group);
        String replica = caches.members(group, "replica").get(0);
        replicated(group, endpoint);

        // When
        kill(caches.endpointOf(replica));

        // Then
        await("replicated again", () -> ask(caches.endpointOf(replica), "GET before"), "failover");
        assertThat(caches.members(group, "replica")).containsExactly(replica);
    }

    @Test
    void whatIsStoppedStaysSo() throws Exception {
        // Given
        String group = caches.create(request -> request.numCacheClusters(2).automaticFailoverEnabled(true));
        String primary = caches.members(group, "primary").get(0);

        // When
        String stopped = caches.server(primary, "stopped");

        // Then
        assertThat(stopped).isEqualTo("{\"node\":\"%s\",\"server\":\"stopped\",\"role\":\"primary\"}", primary);
        assertThat(ask(caches.endpoint(group), "PING")).contains("did not answer");
        assertThat(caches.server(primary, "paused")).contains("?server=stopped");
        assertThat(caches.server("none", null)).isEqualTo("CacheCluster not found: none");
    }

    /** Writes, and returns when all replicas have it. */
    private void replicated(String group, String endpoint) {
        assertThat(ask(endpoint, "SET before failover")).isEqualTo("+OK");
        for (String replica : caches.members(group, "replica")) {
            await("replicated", () -> ask(caches.endpointOf(replica), "GET before"), "failover");
        }
    }
}
