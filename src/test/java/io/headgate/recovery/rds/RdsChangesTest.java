package io.headgate.recovery.rds;

import static io.headgate.recovery.RecordedAws.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change;
import io.headgate.recovery.Failure;
import io.headgate.recovery.Progress;
import io.headgate.recovery.Tag;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What changes RDS is asked for, and how they are followed. */
class RdsChangesTest extends RecordedRds {

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
}
