package io.headgate.localcloud.rds;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.model.DBInstance;

/** What clients of a Multi-AZ DB instance notice of a failover, on a cloud of its own. */
class FailoverTest {

    private static final Logger LOG = Logger.getLogger(FailoverTest.class);
    private static final int WRITERS = 8;
    private static final int FAILOVERS = 3;

    private static final LocalCloud CLOUD =
            LocalCloud.start(new LocalCloudConfig(0, 0, 0, false, 0, Duration.ZERO, true));
    private static final Rds RDS = new Rds(CLOUD);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @AfterAll
    static void close() {
        RDS.close();
        CLOUD.close();
    }

    @BeforeEach
    void awaitStandby() {
        Rds.await(() -> RDS.availableInstance("mydb"), DBInstance::multiAZ, "Multi-AZ");
        Rds.await(FailoverTest::localInstance, answer -> answer.contains("\"standby\":true"), "a standby");
    }

    private static String localInstance() {
        return HTTP.sendAsync(
                        HttpRequest.newBuilder(CLOUD.rds().endpoint().resolve("/_local/instances/mydb"))
                                .build(),
                        BodyHandlers.ofString())
                .join()
                .body();
    }

    private static void failOver() {
        RDS.client
                .rebootDBInstance(
                        request -> request.dbInstanceIdentifier("mydb").forceFailover(true))
                .join();
        RDS.availableInstance("mydb");
    }

    @Test
    void happensAtTheSameEndpointInTheOtherZone() throws SQLException {
        // Given
        DBInstance before = RDS.instance("mydb");

        // When
        String status = RDS.client
                .rebootDBInstance(
                        request -> request.dbInstanceIdentifier("mydb").forceFailover(true))
                .join()
                .dbInstance()
                .dbInstanceStatus();

        // Then
        assertThat(status).isEqualTo("rebooting");
        DBInstance after = RDS.availableInstance("mydb");
        assertThat(after.endpoint()).isEqualTo(before.endpoint());
        assertThat(after.availabilityZone()).isEqualTo(before.secondaryAvailabilityZone());
        assertThat(after.secondaryAvailabilityZone()).isEqualTo(before.availabilityZone());
        assertThat(after.multiAZ()).isTrue();
        try (Connection mydb = CLOUD.postgres().connect()) {
            assertThat(Rds.rows(mydb, "SELECT pg_is_in_recovery()")).containsExactly("f");
        }
    }

    @Test
    void happensByItselfWhenThePrimaryCrashes() throws SQLException {
        // Given
        DBInstance before = RDS.instance("mydb");

        // When
        CLOUD.postgres().crash();

        // Then
        Rds.await(
                () -> RDS.instance("mydb").availabilityZone(),
                before.secondaryAvailabilityZone()::equals,
                "in the other zone");
        try (Connection mydb = CLOUD.postgres().connect()) {
            assertThat(Rds.rows(mydb, "SELECT pg_is_in_recovery()")).containsExactly("f");
        }
    }

    @Test
    void losesNothingThatWasAcknowledged() throws SQLException {
        // Given
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "CREATE TABLE written (id bigint)");
        }
        AtomicLong ids = new AtomicLong();
        AtomicBoolean ends = new AtomicBoolean();
        List<CompletableFuture<Writer>> writers = new ArrayList<>();
        for (int n = 0; n < WRITERS; n++) {
            Writer writer = new Writer(ids);
            writers.add(CompletableFuture.supplyAsync(() -> writer.writeUntil(ends), FailoverTest::inThread));
        }

        // When
        for (int n = 0; n < FAILOVERS; n++) {
            long until = ids.get() + 200;
            Rds.await(ids::get, last -> last > until, "writes");
            failOver();
        }
        awaitStandby();
        CLOUD.postgres().crash();
        long until = ids.get() + 200;
        Rds.await(ids::get, last -> last > until, "writes");
        ends.set(true);

        // Then
        Set<Long> acknowledged = new HashSet<>();
        for (CompletableFuture<Writer> each : writers) {
            Writer writer = each.join();
            acknowledged.addAll(writer.acknowledged);
            LOG.infof(
                    "%d writes acknowledged, %d failed, the longest outages took %s ms",
                    writer.acknowledged.size(), writer.failed, writer.outages);
        }
        try (Connection mydb = CLOUD.postgres().connect()) {
            List<Long> written = Rds.rows(mydb, "SELECT id FROM written").stream()
                    .map(Long::valueOf)
                    .toList();
            assertThat(written).doesNotHaveDuplicates();
            acknowledged.removeAll(new HashSet<>(written));
            assertThat(acknowledged).as("acknowledged and lost").isEmpty();
            assertThat(Rds.rows(mydb, "SELECT timeline_id FROM pg_control_checkpoint()")
                            .get(0))
                    .isNotEqualTo("1");
        }
    }

    @Test
    void timesBeforeAndAfterItAreRestored() throws SQLException {
        // Given
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "CREATE TABLE history AS SELECT 1 AS n");
        }
        Instant before = RDS.awaitRestorable("mydb", CLOUD.clock().now());
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "INSERT INTO history VALUES (2)");
        }
        failOver();
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "INSERT INTO history VALUES (3)");
        }
        Instant after = RDS.awaitRestorable("mydb", CLOUD.clock().now());
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "DELETE FROM history");
        }

        // When
        restore("before", before);
        restore("after", after);

        // Then
        assertThat(history(RDS.availableInstance("before"))).containsExactly("1");
        assertThat(history(RDS.availableInstance("after"))).containsExactly("1", "2", "3");
        assertThat(RDS.instance("after").multiAZ()).isFalse();
        RDS.delete("before");
        RDS.delete("after");
    }

    @Test
    void snapshotsAreTakenAndRestoredAfterIt() throws SQLException {
        // Given
        failOver();
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "CREATE TABLE history AS SELECT 1 AS n");
        }

        // When
        RDS.client
                .createDBSnapshot(
                        request -> request.dbInstanceIdentifier("mydb").dbSnapshotIdentifier("after-failover"))
                .join();
        RDS.availableSnapshot("after-failover");
        RDS.client
                .restoreDBInstanceFromDBSnapshot(request -> request.dbSnapshotIdentifier("after-failover")
                        .dbInstanceIdentifier("from-it")
                        .multiAZ(true))
                .join();

        // Then
        DBInstance restored = RDS.availableInstance("from-it");
        assertThat(history(restored)).containsExactly("1");
        assertThat(restored.multiAZ()).isTrue();
        RDS.delete("from-it");
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "DROP TABLE history");
        }
    }

    private static void restore(String identifier, Instant time) {
        RDS.client
                .restoreDBInstanceToPointInTime(request -> request.sourceDBInstanceIdentifier("mydb")
                        .targetDBInstanceIdentifier(identifier)
                        .restoreTime(time))
                .join();
    }

    private static List<String> history(DBInstance instance) throws SQLException {
        try (Connection connection = Rds.connect(instance, "headgate", "headgate", "headgate")) {
            return Rds.rows(connection, "SELECT n FROM history ORDER BY n");
        }
    }

    /** Writes rows that nobody else writes, over a connection that it opens again when it breaks. */
    private static final class Writer {

        private static final long AN_OUTAGE_MILLIS = 100;

        private final AtomicLong ids;
        private final Set<Long> acknowledged = new HashSet<>();
        private final List<Long> outages = new ArrayList<>();
        private int failed;
        private long lastAcknowledged = System.nanoTime();

        Writer(AtomicLong ids) {
            this.ids = ids;
        }

        Writer writeUntil(AtomicBoolean ends) {
            while (!ends.get()) {
                try (Connection connection = DriverManager.getConnection(
                                CLOUD.postgres().jdbcUrl(),
                                CLOUD.postgres().user(),
                                CLOUD.postgres().password());
                        PreparedStatement insert = connection.prepareStatement("INSERT INTO written VALUES (?)")) {
                    while (!ends.get()) {
                        write(insert);
                    }
                } catch (SQLException e) {
                    failed++;
                }
            }
            return this;
        }

        private void write(PreparedStatement insert) throws SQLException {
            long id = ids.incrementAndGet();
            insert.setLong(1, id);
            insert.executeUpdate();
            acknowledged.add(id);
            long now = System.nanoTime();
            long gap = Duration.ofNanos(now - lastAcknowledged).toMillis();
            if (gap > AN_OUTAGE_MILLIS) {
                outages.add(gap);
            }
            lastAcknowledged = now;
        }
    }

    private static void inThread(Runnable task) {
        Thread thread = new Thread(task, "writer");
        thread.setDaemon(true);
        thread.start();
    }
}
