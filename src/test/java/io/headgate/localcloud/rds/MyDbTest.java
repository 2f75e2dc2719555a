package io.headgate.localcloud.rds;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;

/** The users' own database: described, snapshotted, and brought back. */
class MyDbTest {

    private static final LocalCloud CLOUD = LocalCloud.shared();
    private static final Rds RDS = new Rds(CLOUD);

    @AfterAll
    static void close() {
        RDS.close();
    }

    @Test
    void isTheCloudsPostgres() {
        // When
        DBInstance mydb = RDS.availableInstance("MyDB");

        // Then
        assertThat(mydb.dbInstanceIdentifier()).isEqualTo("mydb");
        assertThat(mydb.dbInstanceArn()).isEqualTo("arn:aws:rds:eu-west-1:000000000000:db:mydb");
        assertThat(mydb.endpoint().address()).isEqualTo("127.0.0.1");
        assertThat(mydb.endpoint().port()).isEqualTo(CLOUD.postgres().port());
        assertThat(mydb.engine()).isEqualTo("postgres");
        assertThat(mydb.engineVersion()).startsWith("17.");
        assertThat(mydb.masterUsername()).isEqualTo(CLOUD.postgres().user());
        assertThat(mydb.dbName()).isEqualTo(CLOUD.postgres().database());
        assertThat(mydb.backupRetentionPeriod()).isEqualTo(7);
        assertThat(mydb.dbiResourceId()).matches("db-[A-Z0-9]{26}");
        assertThat(mydb.tagList()).isNotEmpty();
        assertThat(mydb.vpcSecurityGroups()).hasSize(1);
        assertThat(mydb.dbParameterGroups()).hasSize(1);
    }

    @Test
    void hasAnAutomatedSnapshotFromTheStart() {
        // When
        DBSnapshot snapshot = RDS.client
                .describeDBSnapshots(
                        request -> request.dbInstanceIdentifier("mydb").snapshotType("automated"))
                .join()
                .dbSnapshots()
                .get(0);

        // Then
        assertThat(snapshot.dbSnapshotIdentifier()).matches("rds:mydb-\\d{4}-\\d{2}-\\d{2}-\\d{2}-\\d{2}");
        assertThat(snapshot.status()).isEqualTo("available");
        assertThat(snapshot.percentProgress()).isEqualTo(100);
    }

    @Test
    void aSnapshotBringsBackWhatIsDeletedAfterIt() throws SQLException {
        // Given
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "CREATE TABLE snapshotted AS SELECT 1 AS n");
            RDS.availableInstance("mydb");
            RDS.client
                    .createDBSnapshot(
                            request -> request.dbInstanceIdentifier("mydb").dbSnapshotIdentifier("before"))
                    .join();
            RDS.availableSnapshot("before");
            Rds.run(mydb, "DELETE FROM snapshotted");

            // When
            RDS.client
                    .restoreDBInstanceFromDBSnapshot(
                            request -> request.dbSnapshotIdentifier("before").dbInstanceIdentifier("from-snapshot"))
                    .join();

            // Then
            DBInstance restored = RDS.availableInstance("from-snapshot");
            try (Connection connection = Rds.connect(restored, "headgate", "headgate", "headgate")) {
                assertThat(Rds.rows(connection, "SELECT n FROM snapshotted")).containsExactly("1");
            }
            assertThat(Rds.rows(mydb, "SELECT n FROM snapshotted")).isEmpty();
        }
        RDS.delete("from-snapshot");
    }

    @Test
    void aTimeBringsBackWhatIsDeletedAfterIt() throws SQLException {
        // Given
        try (Connection mydb = CLOUD.postgres().connect()) {
            Rds.run(mydb, "CREATE TABLE recovered AS SELECT 1 AS n");
            Instant before = RDS.awaitRestorable("mydb", CLOUD.clock().now());
            Rds.run(mydb, "DELETE FROM recovered");

            // When
            RDS.client
                    .restoreDBInstanceToPointInTime(request -> request.sourceDBInstanceIdentifier("mydb")
                            .targetDBInstanceIdentifier("from-time")
                            .restoreTime(before))
                    .join();

            // Then
            DBInstance restored = RDS.availableInstance("from-time");
            try (Connection connection = Rds.connect(restored, "headgate", "headgate", "headgate")) {
                assertThat(Rds.rows(connection, "SELECT n FROM recovered")).containsExactly("1");
            }
            assertThat(Rds.rows(mydb, "SELECT n FROM recovered")).isEmpty();
        }
        RDS.delete("from-time");
    }
}
