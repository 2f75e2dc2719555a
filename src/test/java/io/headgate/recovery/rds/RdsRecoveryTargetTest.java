package io.headgate.recovery.rds;

import static io.headgate.recovery.RecordedAws.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.Failure;
import io.headgate.recovery.Progress;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.RecordedAws;
import io.headgate.recovery.RestoreOutline;
import io.headgate.recovery.RestoreWindow;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the adapter asks RDS for, and what it makes of RDS's answers. */
class RdsRecoveryTargetTest {

    private static final String OPERATION = "op-1";
    private static final DatabaseId MYDB = DatabaseId.parse("rds:mydb");
    private static final DatabaseId RESTORED = DatabaseId.parse("rds:mydb-restored");
    private static final SnapshotId SNAPSHOT = SnapshotId.parse("snapshot:rds:before-migration");
    private static final Instant TIME = Instant.parse("2026-03-01T11:00:05Z");

    private RecordedAws aws;
    private RdsRecoveryTarget target;

    @BeforeEach
    void start() throws IOException {
        aws = new RecordedAws();
        target = new RdsRecoveryTarget(aws.rds(), RdsTimes.ample());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

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

    @Test
    void aSnapshotIsCreatedWithTheOperationAsATag() {
        String key = begin(new Change.CreateSnapshot(MYDB, "before-migration", List.of(new Tag("team", "users"))));

        assertThat(key).isEqualTo("before-migration");
        assertThat(aws.requests("CreateDBSnapshot").get(0).parameters())
                .containsEntry("DBInstanceIdentifier", "mydb")
                .containsEntry("DBSnapshotIdentifier", "before-migration")
                .containsEntry("Tags.Tag.1.Key", "team")
                .containsEntry("Tags.Tag.2.Key", "headgate:operation")
                .containsEntry("Tags.Tag.2.Value", OPERATION);
    }

    @Test
    void aRestoreIsOneRequest() {
        begin(new Change.RestoreToPointInTime(MYDB, RESTORED, TIME, List.of(), false));

        assertThat(aws.calls()).containsExactly("RestoreDBInstanceToPointInTime");
        assertThat(aws.requests("RestoreDBInstanceToPointInTime").get(0).parameters())
                .containsEntry("SourceDBInstanceIdentifier", "mydb")
                .containsEntry("TargetDBInstanceIdentifier", "mydb-restored")
                .containsEntry("RestoreTime", "2026-03-01T11:00:05Z")
                .doesNotContainKeys("UseLatestRestorableTime", "MultiAZ");
    }

    @Test
    void theLatestTimeIsLeftToRds() {
        begin(new Change.RestoreToPointInTime(MYDB, RESTORED, null, List.of(), false));

        assertThat(aws.requests("RestoreDBInstanceToPointInTime").get(0).parameters())
                .containsEntry("UseLatestRestorableTime", "true")
                .doesNotContainKey("RestoreTime");
    }

    @Test
    void aRestoreThatReappliesAsksForTheSettingsOfTheSource() {
        begin(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(new Tag("team", "recovery")), true));

        assertThat(aws.requests("RestoreDBInstanceFromDBSnapshot").get(0).parameters())
                .containsEntry("DBSnapshotIdentifier", "before-migration")
                .containsEntry("DBInstanceClass", "db.t4g.medium")
                .containsEntry("VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-0f6c2d1e")
                .containsEntry("DBSubnetGroupName", "private")
                .containsEntry("DBParameterGroupName", "users-postgres17")
                .containsEntry("MultiAZ", "true")
                .containsEntry("DeletionProtection", "true")
                .containsEntry("Tags.Tag.1.Value", "recovery")
                .containsEntry("Tags.Tag.2.Key", "headgate:operation")
                .doesNotContainKey("Tags.Tag.3.Key");
    }

    @Test
    void whatCannotBeReadBeforeARestoreLeavesNothingBegun() {
        aws.refuseRds("DescribeDBInstances", 503, "InternalFailure");

        GatewayException failure = Failure.of(
                target.begin(OPERATION, new Change.RestoreToPointInTime(MYDB, RESTORED, TIME, List.of(), true)));

        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(aws.requests("RestoreDBInstanceToPointInTime")).isEmpty();
    }

    @Test
    void theOtherChangesAreOneRequestEach() {
        begin(new Change.DeleteSnapshot(SNAPSHOT));
        begin(new Change.SetBackupPolicy(MYDB, 14));

        assertThat(aws.calls()).containsExactly("DeleteDBSnapshot", "ModifyDBInstance");
        assertThat(aws.requests("ModifyDBInstance").get(0).parameters())
                .containsEntry("BackupRetentionPeriod", "14")
                .containsEntry("ApplyImmediately", "true");
    }

    @ParameterizedTest
    @CsvSource({
        "creating, 10",
        "backing-up, 60",
        "modifying, 80",
        "rebooting, 80",
        "configuring-enhanced-monitoring, 80"
    })
    void aRestoreIsFollowedByItsState(String status, int percent) {
        aws.give("DescribeDBInstances", restored(status));

        Progress progress = look(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false));

        assertThat(progress).isEqualTo(new Progress.Running(percent, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"available", "storage-optimization"})
    void aRestoreIsDoneWhenItServes(String status) {
        aws.give("DescribeDBInstances", restored(status));

        Progress progress = look(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false));

        assertThat(progress).isEqualTo(new Progress.Done(null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "failed",
                "restore-error",
                "incompatible-restore",
                "incompatible-parameters",
                "incompatible-network",
                "incompatible-option-group",
                "insufficient-capacity",
                "storage-full",
                "inaccessible-encryption-credentials",
                "deleting"
            })
    void aRestoreFailsWithWhatToDo(String status) {
        aws.give("DescribeDBInstances", restored(status));

        Progress progress = look(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false));

        assertThat(progress).isInstanceOfSatisfying(Progress.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
            assertThat(failed.message()).contains("mydb-restored", status + ": ");
        });
    }

    @Test
    void whatAnotherRequestMadeIsNotOurs() {
        aws.give("DescribeDBInstances", restored("available").replace(OPERATION, "op-2"))
                .give("DescribeDBSnapshots", document("rds/DescribeDBSnapshots").replace(OPERATION, "op-2"));

        Progress restore = look(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false));

        assertThat(restore).extracting("code").isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(look(new Change.CreateSnapshot(MYDB, "before-migration", List.of())))
                .extracting("code")
                .isEqualTo(ErrorCode.ALREADY_EXISTS);
    }

    @Test
    void whatIsNotThereIsAbsentOrDeleted() {
        aws.refuseRds("DescribeDBInstances", 404, "DBInstanceNotFound")
                .refuseRds("DescribeDBSnapshots", 404, "DBSnapshotNotFound");

        Progress restore = look(new Change.RestoreToPointInTime(MYDB, RESTORED, TIME, List.of(), false));

        assertThat(restore).isEqualTo(new Progress.Absent());
        assertThat(look(new Change.CreateSnapshot(MYDB, "before-migration", List.of())))
                .isEqualTo(new Progress.Absent());
        assertThat(look(new Change.DeleteSnapshot(SNAPSHOT))).isEqualTo(new Progress.Done(null));
        assertThat(look(new Change.SetBackupPolicy(MYDB, 7))).extracting("code").isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void snapshotsAreFollowed() {
        aws.give(
                        "DescribeDBSnapshots",
                        document("rds/CreateDBSnapshot")
                                .replace("CreateDBSnapshot", "DescribeDBSnapshots")
                                .replace("<DBSnapshot>", "<DBSnapshots><DBSnapshot>")
                                .replace("</DBSnapshot>", "</DBSnapshot></DBSnapshots>"))
                .give("DescribeDBSnapshots", document("rds/DescribeDBSnapshots"))
                .give("DescribeDBSnapshots", document("rds/DescribeDBSnapshots").replace("available", "deleting"));
        Change.CreateSnapshot create = new Change.CreateSnapshot(MYDB, "before-migration", List.of());

        Progress first = look(create);

        assertThat(first).isEqualTo(new Progress.Running(0, "before-migration"));
        assertThat(look(create)).isEqualTo(new Progress.Done("before-migration"));
        assertThat(look(new Change.DeleteSnapshot(SNAPSHOT))).isEqualTo(new Progress.Running(null, null));
    }

    @Test
    void theBackupPolicyIsSetWhenNothingIsPending() {
        String mydb = document("rds/DescribeDBInstances-mydb");
        String pending =
                "<PendingModifiedValues><BackupRetentionPeriod>14</BackupRetentionPeriod></PendingModifiedValues>";
        aws.give("DescribeDBInstances", mydb)
                .give("DescribeDBInstances", mydb.replace("<PendingModifiedValues/>", pending))
                .give("DescribeDBInstances", mydb.replace("available", "modifying"))
                .give("DescribeDBInstances", mydb.replace("Period>7<", "Period>14<"));
        Change.SetBackupPolicy change = new Change.SetBackupPolicy(MYDB, 14);

        List<Progress> looks = List.of(look(change), look(change), look(change), look(change));

        assertThat(looks)
                .containsExactly(
                        new Progress.Absent(),
                        new Progress.Running(null, null),
                        new Progress.Running(null, null),
                        new Progress.Done(null));
    }

    @Test
    void theOutlineNamesWhatTheSourceHas() {
        RestoreOutline outline =
                await(target.outline(new Change.RestoreToPointInTime(MYDB, RESTORED, TIME, List.of(), false)));

        assertThat(outline.willCreate())
                .containsExactly("DB instance mydb-restored (postgres 17.2, db.t4g.medium), single-AZ");
        assertThat(outline.notRestored())
                .contains(
                        "security groups sg-0f6c2d1e",
                        "subnet group private",
                        "parameter group users-postgres17",
                        "Multi-AZ",
                        "tags",
                        "read replicas mydb-replica")
                .doesNotContain("Enhanced Monitoring", "option group default:postgres-17");
        assertThat(outline.problems()).isEmpty();
    }

    @Test
    void whatIsSetAgainIsNotNamedAsLeftBehind() {
        RestoreOutline outline = await(target.outline(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), true)));

        assertThat(outline.willCreate()).singleElement().asString().endsWith("Multi-AZ");
        assertThat(outline.notRestored())
                .contains("CloudWatch alarms and event subscriptions")
                .doesNotContain("tags", "Multi-AZ", "security groups sg-0f6c2d1e");
    }

    @Test
    void theOutlineTellsThatTheSnapshotIsNotYetMade() {
        aws.give("DescribeDBSnapshots", document("rds/DescribeDBSnapshots").replace("available", "creating"));

        RestoreOutline outline =
                await(target.outline(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false)));

        assertThat(outline.problems())
                .containsExactly("the snapshot is creating: only an available one can be restored");
    }

    @Test
    void sqlServerHasShorterNames() {
        aws.give("DescribeDBInstances", document("rds/DescribeDBInstances").replace(">postgres<", ">sqlserver-se<"));
        DatabaseId longer = DatabaseId.parse("rds:a123456789012345");

        RestoreOutline outline =
                await(target.outline(new Change.RestoreToPointInTime(MYDB, longer, TIME, List.of(), false)));

        assertThat(outline.problems()).containsExactly("target has 16 characters; SQL Server allows 1 to 15");
    }

    @Test
    void settingsAreComparedAndWhatDiffersIsChangedAtOnce() {
        aws.give("DescribeDBInstances", restored("available"))
                .give("DescribeDBInstances", document("rds/DescribeDBInstances-mydb"));

        List<Reapplied> reapplied = await(target.reapply(
                new Change.RestoreToPointInTime(MYDB, RESTORED, TIME, List.of(new Tag("for", "test")), true)));

        assertThat(aws.requests("ModifyDBInstance"))
                .singleElement()
                .satisfies(request -> assertThat(request.parameters())
                        .containsEntry("VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-0f6c2d1e")
                        .containsEntry("DBParameterGroupName", "users-postgres17")
                        .containsEntry("MultiAZ", "true")
                        .doesNotContainKeys("DBSubnetGroupName", "DeletionProtection"));
        assertThat(aws.requests("AddTagsToResource").get(0).parameters())
                .containsEntry("Tags.Tag.1.Key", "for")
                .containsEntry("Tags.Tag.2.Key", "team")
                .doesNotContainKey("Tags.Tag.3.Key");
        assertThat(reapplied)
                .contains(
                        new Reapplied("tags", true, "2 tags are set"),
                        new Reapplied("Multi-AZ", true, "being set as the source: true"),
                        new Reapplied("subnet group", true, "as the source: private"))
                .filteredOn(item -> !item.applied())
                .extracting(Reapplied::setting)
                .containsExactly("read replicas", "CloudWatch alarms");
    }

    @Test
    void aSettingThatRdsRefusesFailsNothing() {
        aws.give("DescribeDBInstances", restored("available"))
                .give("DescribeDBInstances", document("rds/DescribeDBInstances-mydb"))
                .refuseRds("ModifyDBInstance", 400, "DBParameterGroupNotFound")
                .refuseRds("AddTagsToResource", 400, "InvalidParameterValue");

        List<Reapplied> reapplied =
                await(target.reapply(new Change.RestoreToPointInTime(MYDB, RESTORED, TIME, List.of(), true)));

        assertThat(reapplied)
                .filteredOn(item -> !item.applied())
                .extracting(Reapplied::setting)
                .contains("tags", "security groups", "parameter group", "Multi-AZ")
                .doesNotContain("subnet group");
    }

    @Test
    void withoutReapplyOnlyTheTagsOfTheInputAreSeenTo() {
        aws.give("DescribeDBInstances", restored("available"));

        List<Reapplied> reapplied =
                await(target.reapply(new Change.RestoreToPointInTime(MYDB, RESTORED, TIME, List.of(), false)));

        assertThat(reapplied).isEmpty();
        assertThat(aws.calls()).containsExactly("DescribeDBInstances");
    }

    private static String restored(String status) {
        return document("rds/DescribeDBInstances-restored").replace("creating", status);
    }

    private String begin(Change change) {
        return String.valueOf(await(target.begin(OPERATION, change)));
    }

    private Progress look(Change change) {
        return await(target.look(OPERATION, change, null));
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(30));
    }
}
