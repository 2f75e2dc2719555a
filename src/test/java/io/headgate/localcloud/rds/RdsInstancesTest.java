package io.headgate.localcloud.rds;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBInstanceAutomatedBackup;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.Filter;
import software.amazon.awssdk.services.rds.model.Tag;

/** DB instances that clients create, each a server of its own. */
class RdsInstancesTest {

    private static final String PASSWORD = "of-the-master-1";
    private static final LocalCloud CLOUD = LocalCloud.shared();
    private static final Rds RDS = new Rds(CLOUD);

    @AfterAll
    static void close() {
        RDS.close();
    }

    private static void create(String identifier, int retentionDays) {
        RDS.client
                .createDBInstance(request -> request.dbInstanceIdentifier(identifier)
                        .dbInstanceClass("db.t4g.micro")
                        .engine("postgres")
                        .masterUsername("alice")
                        .masterUserPassword(PASSWORD)
                        .dbName("shop")
                        .allocatedStorage(30)
                        .backupRetentionPeriod(retentionDays)
                        .tags(Tag.builder().key("team").value("a & <b>").build()))
                .join();
    }

    private static Connection connect(DBInstance instance) throws SQLException {
        return Rds.connect(instance, "shop", "alice", PASSWORD);
    }

    @Test
    void isAnEmptyServerOfTheMasterUser() throws SQLException {
        // When
        create("Created", 1);

        // Then
        assertThat(RDS.instance("created").dbInstanceStatus()).isIn("creating", "backing-up");
        DBInstance created = RDS.availableInstance("created");
        assertThat(created.allocatedStorage()).isEqualTo(30);
        assertThat(created.tagList())
                .containsExactly(Tag.builder().key("team").value("a & <b>").build());
        try (Connection connection = connect(created)) {
            assertThat(Rds.rows(
                            connection, "SELECT current_user || rolsuper FROM pg_roles WHERE rolname = current_user"))
                    .containsExactly("alicefalse");
            assertThat(Rds.rows(connection, "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY datname"))
                    .containsExactly("postgres", "shop");
            Rds.run(connection, "CREATE TABLE sold (n int)");
        }
        RDS.delete("created");
    }

    @Test
    void movesThroughItsStates() {
        // Given
        create("moving", 1);

        // When
        List<String> states = new ArrayList<>();
        Rds.await(
                () -> RDS.instance("moving").dbInstanceStatus(),
                status -> {
                    if (states.isEmpty() || !states.get(states.size() - 1).equals(status)) {
                        states.add(status);
                    }
                    return status.equals("available");
                },
                "available");
        String deleting = RDS.client
                .deleteDBInstance(
                        request -> request.dbInstanceIdentifier("moving").skipFinalSnapshot(true))
                .join()
                .dbInstance()
                .dbInstanceStatus();

        // Then
        assertThat(states).isSubsetOf("creating", "backing-up", "available").startsWith("creating");
        assertThat(deleting).isEqualTo("deleting");
        RDS.awaitDeletion("moving");
    }

    @Test
    void aRestoredOneHasTheSourcesPasswordAndItsOwnServer() throws SQLException {
        // Given
        create("source", 3);
        DBInstance source = RDS.availableInstance("source");
        try (Connection connection = connect(source)) {
            Rds.run(connection, "CREATE TABLE kept AS SELECT 1 AS n");
            Instant before = RDS.awaitRestorable("source", CLOUD.clock().now());
            Rds.run(connection, "DROP TABLE kept");

            // When
            RDS.client
                    .restoreDBInstanceToPointInTime(request -> request.sourceDbiResourceId(source.dbiResourceId())
                            .targetDBInstanceIdentifier("target")
                            .restoreTime(before))
                    .join();

            // Then
            DBInstance restored = RDS.availableInstance("target");
            assertThat(restored.endpoint().port())
                    .isNotEqualTo(source.endpoint().port());
            assertThat(restored.backupRetentionPeriod()).isEqualTo(3);
            assertThat(restored.masterUsername()).isEqualTo("alice");
            assertThat(restored.tagList()).isEmpty();
            try (Connection other = connect(restored)) {
                assertThat(Rds.rows(other, "SELECT n FROM kept")).containsExactly("1");
                Rds.run(other, "CREATE TABLE of_the_target (n int)");
            }
            assertThat(Rds.rows(connection, "SELECT relname FROM pg_class WHERE relname IN ('kept', 'of_the_target')"))
                    .isEmpty();
            aRestoredOneIsRestoredAgain();
        }
        RDS.delete("source");
        RDS.delete("target");
    }

    private static void aRestoredOneIsRestoredAgain() throws SQLException {
        RDS.client
                .createDBSnapshot(
                        request -> request.dbInstanceIdentifier("target").dbSnapshotIdentifier("of-target"))
                .join();
        RDS.availableSnapshot("of-target");
        RDS.client
                .restoreDBInstanceFromDBSnapshot(
                        request -> request.dbSnapshotIdentifier("of-target").dbInstanceIdentifier("third"))
                .join();
        try (Connection third = connect(RDS.availableInstance("third"))) {
            assertThat(Rds.rows(third, "SELECT count(*) FROM of_the_target")).containsExactly("0");
        }
        RDS.delete("third");
    }

    @Test
    void theFinalSnapshotOutlivesTheInstance() throws SQLException {
        // Given
        create("leaving", 1);
        try (Connection connection = connect(RDS.availableInstance("leaving"))) {
            Rds.run(connection, "CREATE TABLE last AS SELECT 1 AS n");
        }
        RDS.client
                .deleteDBInstance(
                        request -> request.dbInstanceIdentifier("leaving").finalDBSnapshotIdentifier("final"))
                .join();
        RDS.awaitDeletion("leaving");

        // When
        DBSnapshot snapshot = RDS.availableSnapshot("final");
        RDS.client
                .restoreDBInstanceFromDBSnapshot(
                        request -> request.dbSnapshotIdentifier("final").dbInstanceIdentifier("back"))
                .join();

        // Then
        assertThat(snapshot.dbInstanceIdentifier()).isEqualTo("leaving");
        assertThat(snapshot.snapshotType()).isEqualTo("manual");
        assertThat(RDS.client
                        .describeDBSnapshots(request -> request.dbInstanceIdentifier("leaving"))
                        .join()
                        .dbSnapshots())
                .hasSize(1);
        try (Connection connection = connect(RDS.availableInstance("back"))) {
            assertThat(Rds.rows(connection, "SELECT n FROM last")).containsExactly("1");
        }
        RDS.delete("back");
    }

    @Test
    void automatedBackupsThatAreKeptBringADeletedInstanceBack() throws SQLException {
        // Given
        create("retained", 1);
        DBInstance instance = RDS.availableInstance("retained");
        try (Connection connection = connect(instance)) {
            Rds.run(connection, "CREATE TABLE last AS SELECT 1 AS n");
        }
        Instant latest = RDS.awaitRestorable("retained", CLOUD.clock().now());
        RDS.client
                .deleteDBInstance(request -> request.dbInstanceIdentifier("retained")
                        .skipFinalSnapshot(true)
                        .deleteAutomatedBackups(false))
                .join();
        RDS.awaitDeletion("retained");
        DBInstanceAutomatedBackup backup = RDS.client
                .describeDBInstanceAutomatedBackups(request -> request.dbiResourceId(instance.dbiResourceId()))
                .join()
                .dbInstanceAutomatedBackups()
                .get(0);

        // When
        RDS.client
                .restoreDBInstanceToPointInTime(request -> request.sourceDbiResourceId(instance.dbiResourceId())
                        .targetDBInstanceIdentifier("resurrected")
                        .useLatestRestorableTime(true))
                .join();

        // Then
        assertThat(backup.status()).isEqualTo("retained");
        assertThat(backup.restoreWindow().latestTime()).isAfterOrEqualTo(latest);
        try (Connection connection = connect(RDS.availableInstance("resurrected"))) {
            assertThat(Rds.rows(connection, "SELECT n FROM last")).containsExactly("1");
        }
        RDS.delete("resurrected");
    }

    @Test
    void changesAreThereAtOnce() throws SQLException {
        // Given
        create("changed", 0);
        RDS.availableInstance("changed");

        // When
        String state = RDS.client
                .modifyDBInstance(request -> request.dbInstanceIdentifier("changed")
                        .newDBInstanceIdentifier("renamed")
                        .masterUserPassword("another-password")
                        .dbInstanceClass("db.m7g.large")
                        .backupRetentionPeriod(5)
                        .applyImmediately(true))
                .join()
                .dbInstance()
                .dbInstanceStatus();

        // Then
        assertThat(state).isEqualTo("modifying");
        DBInstance renamed = RDS.availableInstance("renamed");
        assertThat(renamed.dbInstanceClass()).isEqualTo("db.m7g.large");
        assertThat(renamed.backupRetentionPeriod()).isEqualTo(5);
        RDS.awaitRestorable("renamed", CLOUD.clock().now());
        try (Connection connection = Rds.connect(renamed, "shop", "alice", "another-password")) {
            assertThat(Rds.rows(connection, "SELECT 1")).containsExactly("1");
        }
        RDS.delete("renamed");
    }

    @Test
    void tagsAreAddedListedAndRemoved() {
        // Given
        String arn = RDS.instance("mydb").dbInstanceArn();
        RDS.client
                .addTagsToResource(request -> request.resourceName(arn)
                        .tags(
                                Tag.builder().key("one").value("1").build(),
                                Tag.builder().key("two").value("2").build()))
                .join();

        // When
        RDS.client
                .removeTagsFromResource(request -> request.resourceName(arn).tagKeys("one"))
                .join();

        // Then
        assertThat(RDS.client
                        .listTagsForResource(request -> request.resourceName(arn))
                        .join()
                        .tagList())
                .extracting(Tag::key)
                .contains("two", "application")
                .doesNotContain("one");
    }

    @Test
    void copiesTagsToSnapshotsWhereItIsTo() {
        // Given
        create("tagged", 0);
        RDS.availableInstance("tagged");
        RDS.client
                .modifyDBInstance(
                        request -> request.dbInstanceIdentifier("tagged").copyTagsToSnapshot(true))
                .join();
        RDS.availableInstance("tagged");

        // When
        DBSnapshot snapshot = RDS.client
                .createDBSnapshot(request -> request.dbInstanceIdentifier("tagged")
                        .dbSnapshotIdentifier("with-tags")
                        .tags(Tag.builder().key("why").value("release").build()))
                .join()
                .dbSnapshot();

        // Then
        assertThat(snapshot.status()).isEqualTo("creating");
        assertThat(snapshot.percentProgress()).isZero();
        assertThat(snapshot.tagList()).extracting(Tag::key).containsExactlyInAnyOrder("why", "team");
        RDS.availableSnapshot("with-tags");
        RDS.delete("tagged");
        RDS.client
                .deleteDBSnapshot(request -> request.dbSnapshotIdentifier("with-tags"))
                .join();
    }

    @Test
    void pagesAndFiltersWhatItLists() {
        // Given
        for (int n = 0; n < 45; n++) {
            String identifier = "paged-%02d".formatted(n);
            RDS.client
                    .createDBInstance(request -> request.dbInstanceIdentifier(identifier)
                            .dbInstanceClass("db.t4g.micro")
                            .engine("mysql")
                            .masterUsername("alice")
                            .masterUserPassword(PASSWORD))
                    .join();
        }

        // When
        List<String> identifiers = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        RDS.client
                .describeDBInstancesPaginator(request -> request.maxRecords(20)
                        .filters(Filter.builder().name("engine").values("mysql").build()))
                .subscribe(page -> {
                    sizes.add(page.dbInstances().size());
                    page.dbInstances().forEach(each -> identifiers.add(each.dbInstanceIdentifier()));
                })
                .join();

        // Then
        assertThat(sizes).containsExactly(20, 20, 5);
        assertThat(identifiers).hasSize(45).isSorted().doesNotHaveDuplicates();
        for (String identifier : identifiers) {
            RDS.client
                    .deleteDBInstance(
                            request -> request.dbInstanceIdentifier(identifier).skipFinalSnapshot(true))
                    .join();
        }
    }

    @Test
    void aDatabaseWithoutAServerSaysSo() {
        // Given
        RDS.client
                .createDBInstance(request -> request.dbInstanceIdentifier("metadata")
                        .dbInstanceClass("db.t4g.micro")
                        .engine("mariadb")
                        .masterUsername("alice")
                        .masterUserPassword(PASSWORD))
                .join();

        // When
        DBInstance metadata = RDS.availableInstance("metadata");

        // Then
        assertThat(metadata.endpoint()).isNull();
        assertThat(metadata.tagList())
                .contains(Tag.builder()
                        .key("headgate:local")
                        .value("metadata only: no server runs")
                        .build());
        RDS.client
                .createDBSnapshot(
                        request -> request.dbInstanceIdentifier("metadata").dbSnapshotIdentifier("of-metadata"))
                .join();
        RDS.availableSnapshot("of-metadata");
        RDS.client
                .restoreDBInstanceFromDBSnapshot(
                        request -> request.dbSnapshotIdentifier("of-metadata").dbInstanceIdentifier("metadata-2"))
                .join();
        assertThat(RDS.availableInstance("metadata-2").engine()).isEqualTo("mariadb");
        RDS.awaitRestorable("metadata", CLOUD.clock().now().minus(Duration.ofSeconds(1)));
        RDS.client
                .restoreDBInstanceToPointInTime(request -> request.sourceDBInstanceIdentifier("metadata")
                        .targetDBInstanceIdentifier("metadata-3")
                        .useLatestRestorableTime(true))
                .join();
        assertThat(RDS.availableInstance("metadata-3").masterUsername()).isEqualTo("alice");
        List.of("metadata", "metadata-2", "metadata-3").forEach(RDS::delete);
    }
}
