package io.headgate.localcloud.rds;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.model.DBCluster;
import software.amazon.awssdk.services.rds.model.DBClusterAutomatedBackup;
import software.amazon.awssdk.services.rds.model.DBClusterSnapshot;
import software.amazon.awssdk.services.rds.model.DBInstance;

/** Aurora: clusters, and the instances in them. */
class RdsClustersTest {

    private static final String PASSWORD = "of-the-master-1";
    private static final LocalCloud CLOUD = LocalCloud.shared();
    private static final Rds RDS = new Rds(CLOUD);

    @AfterAll
    static void close() {
        RDS.close();
    }

    private static DBCluster created(String identifier) {
        RDS.client
                .createDBCluster(request -> request.dbClusterIdentifier(identifier)
                        .engine("aurora-postgresql")
                        .masterUsername("alice")
                        .masterUserPassword(PASSWORD)
                        .databaseName("shop")
                        .backupRetentionPeriod(2))
                .join();
        return RDS.availableCluster(identifier);
    }

    private static void delete(String identifier) {
        RDS.client
                .deleteDBCluster(
                        request -> request.dbClusterIdentifier(identifier).skipFinalSnapshot(true))
                .join();
        Rds.await(
                () -> RDS.client.describeDBClusters().join().dbClusters(),
                all -> all.stream().noneMatch(each -> each.dbClusterIdentifier().equals(identifier)),
                "gone: " + identifier);
    }

    private static Connection connect(DBCluster cluster) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + cluster.endpoint() + ":" + cluster.port() + "/shop", "alice", PASSWORD);
    }

    @Test
    void instancesShareTheClustersServer() {
        // Given
        DBCluster cluster = created("shared");
        for (String member : new String[] {"writer", "reader"}) {
            RDS.client
                    .createDBInstance(request -> request.dbInstanceIdentifier(member)
                            .dbClusterIdentifier("shared")
                            .dbInstanceClass("db.r7g.large")
                            .engine("aurora-postgresql"))
                    .join();
        }

        // When
        DBInstance writer = RDS.availableInstance("writer");
        RDS.availableInstance("reader");

        // Then
        assertThat(writer.dbClusterIdentifier()).isEqualTo("shared");
        assertThat(writer.endpoint().port()).isEqualTo(cluster.port());
        assertThat(writer.storageType()).isEqualTo("aurora");
        assertThat(RDS.cluster("shared").dbClusterMembers())
                .satisfiesExactly(
                        first -> {
                            assertThat(first.dbInstanceIdentifier()).isEqualTo("writer");
                            assertThat(first.isClusterWriter()).isTrue();
                        },
                        second -> assertThat(second.isClusterWriter()).isFalse());
        RDS.delete("writer");
        RDS.delete("reader");
        delete("shared");
    }

    @Test
    void isDescribedAsAurora() {
        // When
        DBCluster cluster = created("described");

        // Then
        assertThat(cluster.dbClusterArn()).isEqualTo("arn:aws:rds:eu-west-1:000000000000:cluster:described");
        assertThat(cluster.dbClusterResourceId()).startsWith("cluster-");
        assertThat(cluster.readerEndpoint()).isEqualTo("127.0.0.1");
        assertThat(cluster.databaseName()).isEqualTo("shop");
        assertThat(cluster.engineMode()).isEqualTo("provisioned");
        assertThat(cluster.backupRetentionPeriod()).isEqualTo(2);
        assertThat(cluster.availabilityZones()).hasSize(3);
        DBClusterAutomatedBackup backup = RDS.client
                .describeDBClusterAutomatedBackups(request -> request.dbClusterIdentifier("described"))
                .join()
                .dbClusterAutomatedBackups()
                .get(0);
        assertThat(backup.status()).isEqualTo("active");
        assertThat(backup.restoreWindow().earliestTime()).isEqualTo(cluster.earliestRestorableTime());
        delete("described");
    }

    @Test
    void aSnapshotAndATimeBringBackWhatIsDeletedAfterThem() throws SQLException {
        // Given
        DBCluster source = created("source-cluster");
        try (Connection connection = connect(source)) {
            Rds.run(connection, "CREATE TABLE kept AS SELECT 1 AS n");
            RDS.client
                    .createDBClusterSnapshot(request ->
                            request.dbClusterIdentifier("source-cluster").dbClusterSnapshotIdentifier("of-cluster"))
                    .join();
            RDS.availableCluster("source-cluster");
            Rds.run(connection, "INSERT INTO kept VALUES (2)");
            Instant time = CLOUD.clock().now();
            Rds.await(
                    () -> RDS.cluster("source-cluster"),
                    each -> each.latestRestorableTime() != null
                            && each.latestRestorableTime().isAfter(time),
                    "restorable");
            Instant latest = RDS.cluster("source-cluster").latestRestorableTime();
            Rds.run(connection, "DROP TABLE kept");

            // When
            RDS.client
                    .restoreDBClusterFromSnapshot(request -> request.snapshotIdentifier("of-cluster")
                            .dbClusterIdentifier("from-snapshot-c")
                            .engine("aurora-postgresql"))
                    .join();
            RDS.client
                    .restoreDBClusterToPointInTime(request -> request.sourceDBClusterIdentifier("source-cluster")
                            .dbClusterIdentifier("from-time-c")
                            .restoreToTime(latest))
                    .join();
        }

        // Then
        try (Connection fromSnapshot = connect(RDS.availableCluster("from-snapshot-c"));
                Connection fromTime = connect(RDS.availableCluster("from-time-c"))) {
            assertThat(Rds.rows(fromSnapshot, "SELECT n FROM kept")).containsExactly("1");
            assertThat(Rds.rows(fromTime, "SELECT n FROM kept ORDER BY n")).containsExactly("1", "2");
        }
        DBClusterSnapshot snapshot = RDS.client
                .describeDBClusterSnapshots(request -> request.dbClusterSnapshotIdentifier("of-cluster"))
                .join()
                .dbClusterSnapshots()
                .get(0);
        assertThat(snapshot.status()).isEqualTo("available");
        assertThat(snapshot.dbClusterSnapshotArn())
                .isEqualTo("arn:aws:rds:eu-west-1:000000000000:cluster-snapshot:of-cluster");
        delete("from-snapshot-c");
        delete("from-time-c");
        delete("source-cluster");
        RDS.client
                .deleteDBClusterSnapshot(request -> request.dbClusterSnapshotIdentifier("of-cluster"))
                .join();
    }
}
