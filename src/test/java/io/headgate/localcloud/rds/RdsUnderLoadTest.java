package io.headgate.localcloud.rds;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Clients of the source notice nothing of its snapshots and restores. */
class RdsUnderLoadTest {

    private static final Logger LOG = Logger.getLogger(RdsUnderLoadTest.class);
    private static final int WRITERS = 4;
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(1);

    /** More than a write is to wait, since the machine may be busy with something else. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);

    private static final LocalCloud CLOUD = LocalCloud.shared();
    private static final Rds RDS = new Rds(CLOUD);

    @AfterAll
    static void close() {
        RDS.close();
    }

    @Test
    void writesNeitherFailNorWaitWhileItIsBackedUpAndRestored() throws SQLException {
        // Given
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "CREATE TABLE written (writer int, n bigint, filling text)");
        }
        RDS.awaitRestorable("mydb", CLOUD.clock().now());
        AtomicBoolean ends = new AtomicBoolean();
        AtomicLong longest = new AtomicLong();
        List<CompletableFuture<Long>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int each = writer;
            writers.add(CompletableFuture.supplyAsync(() -> write(each, ends, longest), RdsUnderLoadTest::inThread));
        }

        // When
        RDS.availableInstance("mydb");
        RDS.client
                .createDBSnapshot(
                        request -> request.dbInstanceIdentifier("mydb").dbSnapshotIdentifier("loaded"))
                .join();
        RDS.availableSnapshot("loaded");
        RDS.client
                .restoreDBInstanceFromDBSnapshot(
                        request -> request.dbSnapshotIdentifier("loaded").dbInstanceIdentifier("loaded-1"))
                .join();
        RDS.client
                .restoreDBInstanceToPointInTime(request -> request.sourceDBInstanceIdentifier("mydb")
                        .targetDBInstanceIdentifier("loaded-2")
                        .useLatestRestorableTime(true))
                .join();
        RDS.availableInstance("loaded-1");
        RDS.availableInstance("loaded-2");
        ends.set(true);
        long written = writers.stream().mapToLong(CompletableFuture::join).sum();

        // Then
        LOG.infof(
                "Of %d writes beside a snapshot and two restores the longest took %d ms",
                written, Duration.ofNanos(longest.get()).toMillis());
        assertThat(Duration.ofNanos(longest.get())).isLessThan(LONGEST_WAIT);
        for (String restored : List.of("loaded-1", "loaded-2")) {
            try (Connection connection = Rds.connect(RDS.instance(restored), "headgate", "headgate", "headgate")) {
                assertThat(Rds.rows(
                                connection, "SELECT writer FROM written GROUP BY writer HAVING count(*) <> max(n) + 1"))
                        .as("a writer's rows without a gap")
                        .isEmpty();
            }
            RDS.delete(restored);
        }
        try (Connection mydb = CLOUD.postgres().connect()) {
            assertThat(Rds.rows(mydb, "SELECT count(*) FROM written")).containsExactly(Long.toString(written));
        }
        RDS.client
                .deleteDBSnapshot(request -> request.dbSnapshotIdentifier("loaded"))
                .join();
    }

    private static long write(int writer, AtomicBoolean ends, AtomicLong longest) {
        long n = 0;
        try (Connection connection = CLOUD.postgres().connect();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO written VALUES (?, ?, repeat('x', 200))")) {
            while (!ends.get()) {
                long begin = System.nanoTime();
                insert.setInt(1, writer);
                insert.setLong(2, n++);
                insert.executeUpdate();
                longest.accumulateAndGet(System.nanoTime() - begin, Math::max);
                LockSupport.parkNanos(BETWEEN_WRITES.toNanos());
            }
            return n;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void inThread(Runnable task) {
        Thread thread = new Thread(task, "writer");
        thread.setDaemon(true);
        thread.start();
    }
}
