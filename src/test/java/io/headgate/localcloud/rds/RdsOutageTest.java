package io.headgate.localcloud.rds;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalCloudConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What becomes of work whose server is down or whose files are gone, on a cloud of its own. */
class RdsOutageTest {

    private static final LocalCloud CLOUD = LocalCloud.start(LocalCloudConfig.onFreePorts());
    private static final Rds RDS = new Rds(CLOUD);

    @AfterAll
    static void close() {
        RDS.close();
        CLOUD.close();
    }

    @Test
    void aSnapshotOfAServerThatIsDownFails() {
        // Given
        RDS.availableInstance("mydb");
        CLOUD.postgres().stop();

        // When
        RDS.client
                .createDBSnapshot(
                        request -> request.dbInstanceIdentifier("mydb").dbSnapshotIdentifier("of-nothing"))
                .join();

        // Then
        Rds.await(() -> RDS.snapshot("of-nothing").status(), "failed"::equals, "failed");
        RDS.availableInstance("mydb");
        CLOUD.postgres().start();
    }

    @Test
    void aServerThatIsDownIsRestoredBesideIt() throws SQLException {
        // Given
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "CREATE TABLE last AS SELECT 1 AS n");
        }
        Instant time = RDS.awaitRestorable("mydb", CLOUD.clock().now());
        CLOUD.postgres().stop();

        // When
        RDS.client
                .restoreDBInstanceToPointInTime(request -> request.sourceDBInstanceIdentifier("mydb")
                        .targetDBInstanceIdentifier("beside")
                        .restoreTime(time))
                .join();

        // Then
        try (Connection beside = Rds.connect(RDS.availableInstance("beside"), "headgate", "headgate", "headgate")) {
            assertThat(Rds.rows(beside, "SELECT n FROM last")).containsExactly("1");
        }
        CLOUD.postgres().start();
        RDS.delete("beside");
    }

    @Test
    void aSnapshotWithoutItsFilesIsNotRestored() throws IOException {
        // Given
        RDS.availableInstance("mydb");
        RDS.client
                .createDBSnapshot(
                        request -> request.dbInstanceIdentifier("mydb").dbSnapshotIdentifier("robbed"))
                .join();
        RDS.availableSnapshot("robbed");
        Path cloud = CLOUD.postgres().directory().resolveSibling("rds");
        try (Stream<Path> files = Files.walk(cloud)) {
            for (Path file :
                    files.filter(each -> each.endsWith("global/pg_control")).toList()) {
                Files.delete(file);
            }
        }

        // When
        RDS.client
                .restoreDBInstanceFromDBSnapshot(
                        request -> request.dbSnapshotIdentifier("robbed").dbInstanceIdentifier("empty-handed"))
                .join();

        // Then
        Rds.await(
                () -> RDS.instance("empty-handed").dbInstanceStatus(),
                "incompatible-restore"::equals,
                "incompatible-restore");
        RDS.delete("empty-handed");
    }
}
