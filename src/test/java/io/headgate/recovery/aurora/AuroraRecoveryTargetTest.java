package io.headgate.recovery.aurora;

import static io.headgate.recovery.RecordedAws.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.recovery.Change;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.Progress;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.RecordedAws;
import io.headgate.recovery.RestoreOutline;
import io.headgate.recovery.RestoreWindow;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.SnapshotId;
import io.headgate.recovery.Tag;
import io.headgate.recovery.rds.RdsTimes;
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

/** What the adapter asks RDS for, and what it makes of RDS's answers. */
class AuroraRecoveryTargetTest {

    private static final String OPERATION = "op-1";
    private static final DatabaseId MYCLUSTER = DatabaseId.parse("aurora:mycluster");
    private static final DatabaseId RESTORED = DatabaseId.parse("aurora:mycluster-restored");
    private static final SnapshotId SNAPSHOT = SnapshotId.parse("snapshot:aurora:before-migration");
    private static final Instant TIME = Instant.parse("2026-03-01T11:00:05Z");
    private static final Change.Restore RESTORE =
            new Change.RestoreToPointInTime(MYCLUSTER, RESTORED, TIME, List.of(), false);

    private RecordedAws aws;
    private AuroraRecoveryTarget target;

    @BeforeEach
    void start() throws IOException {
        aws = new RecordedAws();
        target = new AuroraRecoveryTarget(aws.rds(), RdsTimes.ample());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void onlyClustersOfAuroraAreDescribed() {
        List<Database> databases = await(target.databases());

        assertThat(databases)
                .containsExactly(new Database(
                        MYCLUSTER,
                        "arn:aws:rds:eu-west-1:123456789012:cluster:mycluster",
                        "aurora-postgresql",
                        "16.4",
                        "available",
                        "mycluster.cluster-c6c1rntzufv0.eu-west-1.rds.amazonaws.com:5432",
                        true,
                        List.of()));
        assertThat(await(target.findDatabases(Set.of("mycluster", "graph", "documents", "three-zones"))))
                .containsOnlyKeys("mycluster");
        assertThat(await(target.snapshots(null))).extracting(Snapshot::id).containsExactly(SNAPSHOT);
    }

    @Test
    void windowAndTagsAreThoseOfTheDescription() {
        aws.give("DescribeDBClusters", document("rds/DescribeDBClusters-mycluster"));

        Map<String, RestoreWindow> windows = await(target.restoreWindows(Set.of("mycluster")));

        assertThat(windows)
                .containsEntry(
                        "mycluster",
                        new RestoreWindow(
                                true,
                                14,
                                Instant.parse("2026-02-15T02:04:11.110Z"),
                                Instant.parse("2026-03-01T11:58:40.012Z")));
        assertThat(await(target.tags(Set.of("mycluster"))))
                .containsEntry("mycluster", List.of(new Tag("team", "users")));
    }

    @Test
    void whatRdsDoesNotKnowIsMissing() {
        aws.refuseRds("DescribeDBClusters", 404, "DBClusterNotFoundFault")
                .refuseRds("DescribeDBClusterSnapshots", 404, "DBClusterSnapshotNotFoundFault");

        Map<String, Database> found = await(target.findDatabases(Set.of("nowhere")));

        assertThat(found).isEmpty();
        assertThat(await(target.findSnapshots(Set.of("nothing")))).isEmpty();
        assertThat(look(RESTORE)).isEqualTo(new Progress.Absent());
        assertThat(look(new Change.DeleteSnapshot(SNAPSHOT))).isEqualTo(new Progress.Done(null));
    }

    @Test
    void changesAreOneRequestEach() {
        String key = begin(new Change.CreateSnapshot(MYCLUSTER, "before-migration", List.of()));

        begin(new Change.DeleteSnapshot(SNAPSHOT));
        begin(new Change.SetBackupPolicy(MYCLUSTER, 21));
        assertThat(key).isEqualTo("before-migration");
        assertThat(aws.calls())
                .containsExactly("CreateDBClusterSnapshot", "DeleteDBClusterSnapshot", "ModifyDBCluster");
        assertThat(aws.requests("CreateDBClusterSnapshot").get(0).parameters())
                .containsEntry("Tags.Tag.1.Key", "headgate:operation");
    }

    @Test
    void aRestoreToATimeHasTheCapacityOfTheSource() {
        begin(RESTORE);

        assertThat(aws.requests("RestoreDBClusterToPointInTime"))
                .singleElement()
                .satisfies(request -> assertThat(request.parameters())
                        .containsEntry("SourceDBClusterIdentifier", "mycluster")
                        .containsEntry("DBClusterIdentifier", "mycluster-restored")
                        .containsEntry("RestoreToTime", "2026-03-01T11:00:05Z")
                        .containsEntry("ServerlessV2ScalingConfiguration.MaxCapacity", "8.0")
                        .doesNotContainKey("DBSubnetGroupName"));
    }

    @Test
    void aRestoreThatReappliesHasTheSettingsOfTheSource() {
        begin(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), true));

        assertThat(aws.requests("RestoreDBClusterFromSnapshot").get(0).parameters())
                .containsEntry("SnapshotIdentifier", "before-migration")
                .containsEntry("Engine", "aurora-postgresql")
                .containsEntry("EngineVersion", "16.4")
                .containsEntry("DBSubnetGroupName", "private")
                .containsEntry("DBClusterParameterGroupName", "users-aurora16")
                .containsEntry("VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-0f6c2d1e")
                .containsEntry("Tags.Tag.1.Key", "team")
                .containsEntry("Tags.Tag.2.Key", "headgate:operation");
    }

    @Test
    void aRestoredClusterGetsAnInstanceAndIsDoneWhenThatServes() {
        String cluster = document("rds/DescribeDBClusters-restored");
        String member = document("rds/DescribeDBInstances-writer")
                .replace("<DBClusterIdentifier>mycluster<", "<DBClusterIdentifier>mycluster-restored<");
        aws.give("DescribeDBClusters", cluster)
                .give("DescribeDBClusters", cluster.replace("creating", "available"))
                .give("DescribeDBClusters", document("rds/DescribeDBClusters-mycluster"))
                .give("DescribeDBClusters", cluster.replace("creating", "available"));
        aws.refuseRds("DescribeDBInstances", 404, "DBInstanceNotFound")
                .give("DescribeDBInstances", document("rds/DescribeDBInstances-writer"))
                .give("DescribeDBInstances", named(member).replace("available", "creating"))
                .give("DescribeDBInstances", named(member));

        List<Progress> looks = List.of(look(RESTORE), look(RESTORE), look(RESTORE), look(RESTORE));

        assertThat(looks)
                .containsExactly(
                        new Progress.Running(5, null),
                        new Progress.Running(50, null),
                        new Progress.Running(55, null),
                        new Progress.Done(null));
        assertThat(aws.requests("CreateDBInstance"))
                .singleElement()
                .satisfies(request -> assertThat(request.parameters())
                        .containsEntry("DBInstanceIdentifier", "mycluster-restored-1")
                        .containsEntry("DBClusterIdentifier", "mycluster-restored")
                        .containsEntry("DBInstanceClass", "db.r8g.large")
                        .containsEntry("Tags.Tag.1.Key", "headgate:operation"));
    }

    @Test
    void anInstanceThatAnotherLookMadeIsWelcome() {
        aws.give(
                        "DescribeDBClusters",
                        document("rds/DescribeDBClusters-restored").replace("creating", "available"))
                .refuseRds("DescribeDBInstances", 404, "DBInstanceNotFound")
                .refuseRds("CreateDBInstance", 400, "DBInstanceAlreadyExists");

        Progress progress = look(RESTORE);

        assertThat(progress).isEqualTo(new Progress.Running(50, null));
    }

    @Test
    void anInstanceThatRdsRefusesFailsTheRestoreWithWhatToDo() {
        aws.give(
                        "DescribeDBClusters",
                        document("rds/DescribeDBClusters-restored").replace("creating", "available"))
                .refuseRds("DescribeDBInstances", 404, "DBInstanceNotFound")
                .refuseRds("CreateDBInstance", 400, "InstanceQuotaExceeded");

        Progress progress = look(RESTORE);

        assertThat(progress).isInstanceOfSatisfying(Progress.Failed.class, failed -> {
            assertThat(failed.awsErrorCode()).isEqualTo("InstanceQuotaExceeded");
            assertThat(failed.message()).contains("is restored, but has no DB instance", "quota");
        });
    }

    @Test
    void anInstanceOfAnotherClusterIsNotOurs() {
        aws.give(
                        "DescribeDBClusters",
                        document("rds/DescribeDBClusters-restored").replace("creating", "available"))
                .give("DescribeDBInstances", named(document("rds/DescribeDBInstances-writer")));

        Progress progress = look(RESTORE);

        assertThat(progress).extracting("code").isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(aws.requests("CreateDBInstance")).isEmpty();
    }

    @Test
    void aClusterThatAnotherRequestMadeIsNotOurs() {
        aws.give(
                "DescribeDBClusters",
                document("rds/DescribeDBClusters-restored").replace(OPERATION, "op-2"));

        Progress progress = look(RESTORE);

        assertThat(progress).extracting("code").isEqualTo(ErrorCode.ALREADY_EXISTS);
    }

    @Test
    void theOutlineNamesClusterAndInstance() {
        aws.give("DescribeDBClusters", document("rds/DescribeDBClusters-mycluster"))
                .give("DescribeDBInstances", document("rds/DescribeDBInstances-writer"));

        RestoreOutline outline = await(target.outline(RESTORE));

        assertThat(outline.willCreate())
                .containsExactly(
                        "DB cluster mycluster-restored (aurora-postgresql 16.4)",
                        "DB instance mycluster-restored-1 (db.r8g.large), its writer");
        assertThat(outline.notRestored())
                .contains(
                        "security groups sg-0f6c2d1e",
                        "cluster parameter group users-aurora16",
                        "tags",
                        "readers: the new cluster has one instance, the source 2");
        assertThat(outline.problems()).isEmpty();
    }

    @Test
    void theOutlineTellsThatTheInstancesNameIsTaken() {
        aws.give("DescribeDBClusters", document("rds/DescribeDBClusters-mycluster"))
                .give("DescribeDBInstances", document("rds/DescribeDBInstances-writer"))
                .give("DescribeDBInstances", named(document("rds/DescribeDBInstances-writer")));

        RestoreOutline outline = await(target.outline(RESTORE));

        assertThat(outline.problems()).singleElement().asString().contains("mycluster-restored-1");
    }

    @Test
    void settingsAreComparedAndWhatDiffersIsChangedAtOnce() {
        aws.give(
                        "DescribeDBClusters",
                        document("rds/DescribeDBClusters-restored").replace("creating", "available"))
                .give("DescribeDBClusters", document("rds/DescribeDBClusters-mycluster"));

        List<Reapplied> reapplied =
                await(target.reapply(new Change.RestoreToPointInTime(MYCLUSTER, RESTORED, TIME, List.of(), true)));

        assertThat(aws.requests("ModifyDBCluster"))
                .singleElement()
                .satisfies(request -> assertThat(request.parameters())
                        .containsEntry("DBClusterParameterGroupName", "users-aurora16")
                        .containsEntry("BackupRetentionPeriod", "14")
                        .doesNotContainKeys("VpcSecurityGroupIds.VpcSecurityGroupId.1", "DeletionProtection"));
        assertThat(reapplied)
                .filteredOn(item -> !item.applied())
                .extracting(Reapplied::setting)
                .containsExactly("subnet group", "readers", "CloudWatch alarms");
    }

    @Test
    void namesLeaveRoomForTheInstance() {
        DatabaseId longest = new DatabaseId(DatabaseKind.AURORA_CLUSTER, "a".repeat(62));

        List<String> problems = target.problems(new Change.RestoreSnapshot(SNAPSHOT, longest, List.of(), false));

        assertThat(problems).containsExactly("target has 62 characters; 1 to 61 are allowed");
        assertThat(target.problems(new Change.CreateSnapshot(MYCLUSTER, "a".repeat(64), List.of())))
                .hasSize(1);
    }

    private static String named(String instance) {
        return instance.replace(
                "<DBInstanceIdentifier>mycluster-writer<", "<DBInstanceIdentifier>mycluster-restored-1<");
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
