package io.headgate.recovery.rds;

import static io.headgate.recovery.RecordedAws.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.Failure;
import io.headgate.recovery.RestoreWindow;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the adapter makes of RDS's descriptions. */
class RdsReadsTest extends RecordedRds {

    @Test
    void instancesAreDescribedAndMembersOfClustersLeftOut() {
        List<Database> databases = await(target.databases());

        assertThat(databases)
                .containsExactly(new Database(
                        MYDB,
                        "arn:aws:rds:eu-west-1:123456789012:db:mydb",
                        "postgres",
                        "17.2",
                        "available",
                        "mydb.c6c1rntzufv0.eu-west-1.rds.amazonaws.com:5432",
                        true,
                        List.of(DatabaseId.parse("rds:mydb-replica"))));
    }

    @Test
    void listsGoThroughAllPages() {
        String last = document("rds/DescribeDBInstances");
        aws.give("DescribeDBInstances", last.replace("  <DBInstances>", "  <Marker>second</Marker>\n  <DBInstances>"))
                .give("DescribeDBInstances", last);

        List<Database> databases = await(target.databases());

        assertThat(databases).hasSize(2);
        assertThat(aws.requests("DescribeDBInstances"))
                .extracting(request -> request.parameters().get("Marker"))
                .containsExactly(null, "second");
    }

    @Test
    void listsOfTooManyPagesAreGivenUp() {
        aws.give(
                "DescribeDBInstances",
                document("rds/DescribeDBInstances")
                        .replace("  <DBInstances>", "  <Marker>m</Marker>\n  <DBInstances>"));

        GatewayException failure = Failure.of(target.databases());

        assertThat(failure.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        assertThat(failure.retryable()).isFalse();
        assertThat(aws.calls()).hasSize(100);
    }

    @Test
    void lookUpsFindMembersAndLeaveOutNamesOfNone() {
        Map<String, Database> found =
                await(target.findDatabases(Set.of("MyDB", "mycluster-writer", "nowhere", "not--a-name", "")));

        assertThat(found).containsOnlyKeys("MyDB", "mycluster-writer");
        assertThat(aws.requests("DescribeDBInstances"))
                .singleElement()
                .satisfies(request -> assertThat(request.parameters())
                        .containsEntry("Filters.Filter.1.Name", "db-instance-id")
                        .containsKey("Filters.Filter.1.Values.Value.3")
                        .doesNotContainKey("Filters.Filter.1.Values.Value.4"));
    }

    @Test
    void aNameThatRdsDoesNotKnowIsMissing() {
        aws.refuseRds("DescribeDBInstances", 404, "DBInstanceNotFound");

        Map<String, Database> found = await(target.findDatabases(Set.of("nowhere")));

        assertThat(found).isEmpty();
        assertThat(await(target.restoreWindows(Set.of("nowhere")))).isEmpty();
        assertThat(await(target.tags(Set.of("nowhere")))).isEmpty();
    }

    @Test
    void namesThatRdsWouldRefuseAreNotAskedFor() {
        Map<String, Database> found = await(target.findDatabases(Set.of("-x", "x".repeat(64), "a_b")));

        assertThat(found).isEmpty();
        assertThat(await(target.findSnapshots(Set.of("no snapshot")))).isEmpty();
        assertThat(await(target.snapshots("a_b"))).isEmpty();
        assertThat(aws.calls()).isEmpty();
    }

    @Test
    void theWindowIsThatOfTheInstanceAndNotOfAnEarlierOne() {
        aws.give("DescribeDBInstances", document("rds/DescribeDBInstances-mydb"));

        Map<String, RestoreWindow> windows = await(target.restoreWindows(Set.of("mydb")));

        assertThat(windows)
                .containsExactly(Map.entry(
                        "mydb",
                        new RestoreWindow(
                                true,
                                7,
                                Instant.parse("2026-02-22T03:07:12Z"),
                                Instant.parse("2026-03-01T11:55:00Z"))));
    }

    @Test
    void anInstanceWithoutBackupsHasNoWindow() {
        aws.give(
                "DescribeDBInstances",
                document("rds/DescribeDBInstances-mydb")
                        .replace("<BackupRetentionPeriod>7<", "<BackupRetentionPeriod>0<"));

        Map<String, RestoreWindow> windows = await(target.restoreWindows(Set.of("mydb")));

        assertThat(windows).containsEntry("mydb", new RestoreWindow(false, 0, null, null));
        assertThat(aws.calls()).containsExactly("DescribeDBInstances");
    }

    @Test
    void tagsAreThoseOfTheDescription() {
        Map<String, List<Tag>> tags = await(target.tags(Set.of("mydb")));

        assertThat(tags.get("mydb")).contains(new Tag("team", "users"));
        assertThat(aws.calls()).containsExactly("DescribeDBInstances");
    }

    @Test
    void snapshotsAreDescribed() {
        List<Snapshot> snapshots = await(target.snapshots("mydb"));

        assertThat(snapshots)
                .containsExactly(
                        new Snapshot(
                                SNAPSHOT,
                                "before-migration",
                                MYDB,
                                "available",
                                false,
                                Instant.parse("2026-03-01T10:30:05.481Z"),
                                20L << 30,
                                100,
                                List.of(new Tag("headgate:operation", OPERATION))),
                        new Snapshot(
                                SnapshotId.parse("snapshot:rds:rds:mydb-2026-03-01-03-07"),
                                "rds:mydb-2026-03-01-03-07",
                                MYDB,
                                "available",
                                true,
                                Instant.parse("2026-03-01T03:07:12Z"),
                                20L << 30,
                                100,
                                List.of()));
        assertThat(aws.requests("DescribeDBSnapshots").get(0).parameters())
                .containsEntry("DBInstanceIdentifier", "mydb");
    }

    @Test
    void anAutomatedSnapshotIsFoundByNameAndType() {
        Map<String, Snapshot> found = await(target.findSnapshots(Set.of("rds:mydb-2026-03-01-03-07")));

        assertThat(found).containsOnlyKeys("rds:mydb-2026-03-01-03-07");
        assertThat(aws.requests("DescribeDBSnapshots").get(0).parameters()).containsEntry("SnapshotType", "automated");
    }
}
