package io.headgate.localcloud.elasticache;

import static io.headgate.localcloud.elasticache.TestCaches.ask;
import static io.headgate.localcloud.elasticache.TestCaches.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.elasticache.model.Snapshot;

/** Days that pass in a moment, on a cloud of their own. */
class DailySnapshotsTest {

    private static final LocalCloud CLOUD = LocalCloud.start(LocalCloudConfig.onFreePorts());
    private static final TestCaches CACHES = new TestCaches(CLOUD);

    @AfterAll
    static void close() {
        CACHES.close();
        CLOUD.close();
    }

    @Test
    void aSnapshotIsTakenEachDayAndKeptForAsManyDaysAsAsked() {
        // Given
        String group =
                CACHES.create(request -> request.snapshotRetentionLimit(2).snapshotWindow("05:00-06:00"));
        String without = CACHES.create(request -> {});
        String endpoint = CACHES.endpoint(group);
        assertThat(ask(endpoint, "SET day first")).isEqualTo("+OK");
        assertThat(automatic(group)).isEmpty();

        // When
        CLOUD.clock().advance(Duration.ofDays(1));
        await("taken", () -> automatic(group).size(), 1);
        String first = automatic(group).get(0);
        CACHES.awaitAvailable(group);
        assertThat(ask(endpoint, "SET day second")).isEqualTo("+OK");
        CLOUD.clock().advance(Duration.ofDays(1));
        await("taken again", () -> automatic(group).size(), 2);
        CACHES.awaitAvailable(group);

        // Then
        assertThat(first).matches("automatic\\." + group + "-\\d{4}-\\d\\d-\\d\\d-\\d\\d-\\d\\d");
        String restored = CACHES.create(request -> request.snapshotName(first).snapshotRetentionLimit(0));
        assertThat(ask(CACHES.endpoint(restored), "GET day")).isEqualTo("first");
        assertThat(automatic(without)).isEmpty();

        // And they go when their days are over
        CLOUD.clock().advance(Duration.ofDays(1).plusHours(1));
        await("expired", () -> automatic(group).contains(first), false);
        await("taken once more", () -> automatic(group).size(), 2);
    }

    @Test
    void dailySnapshotsGoWithTheirCacheAndOthersStay() {
        // Given
        String group = CACHES.create(request -> request.snapshotRetentionLimit(35));
        CACHES.client
                .createSnapshot(request -> request.replicationGroupId(group).snapshotName(group + "-kept"))
                .join();
        CLOUD.clock().advance(Duration.ofDays(1));
        await("taken", () -> automatic(group).size(), 1);
        CACHES.awaitAvailable(group);

        // When
        CACHES.delete(group);

        // Then
        await("gone", () -> snapshots(group, null), List.of(group + "-kept"));
    }

    @Test
    void aWindowIsChecked() {
        assertThatThrownBy(() -> CACHES.create(request -> request.snapshotWindow("25:00-26:00")))
                .hasMessageContaining("snapshot window");
    }

    private static List<String> automatic(String group) {
        return snapshots(group, "system");
    }

    private static List<String> snapshots(String group, @Nullable String source) {
        return CACHES
                .client
                .describeSnapshots(request -> request.replicationGroupId(group).snapshotSource(source))
                .join()
                .snapshots()
                .stream()
                .map(Snapshot::snapshotName)
                .toList();
    }
}
