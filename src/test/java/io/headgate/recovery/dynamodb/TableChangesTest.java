package io.headgate.recovery.dynamodb;

import static io.headgate.recovery.RecordedAws.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.recovery.Change;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.Progress;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What changes DynamoDB is asked for, and how they are followed. */
class TableChangesTest extends RecordedDynamoDb {

    @Test
    void eachChangeIsOneRequest() {
        String key = begin(new Change.CreateSnapshot(USERS, "before-migration", List.of()));

        begin(new Change.DeleteSnapshot(SNAPSHOT));
        begin(new Change.SetBackupPolicy(USERS, 14));
        begin(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), true));
        begin(new Change.RestoreToPointInTime(USERS, RESTORED, TIME, List.of(), true));
        begin(new Change.RestoreToPointInTime(USERS, RESTORED, null, List.of(), false));
        assertThat(key).isEqualTo(BACKUP);
        assertThat(aws.calls())
                .containsExactly(
                        "CreateBackup",
                        "DeleteBackup",
                        "UpdateContinuousBackups",
                        "RestoreTableFromBackup",
                        "RestoreTableToPointInTime",
                        "RestoreTableToPointInTime");
        assertThat(aws.requests("UpdateContinuousBackups").get(0).body()).contains("\"RecoveryPeriodInDays\":14");
        assertThat(aws.requests("RestoreTableToPointInTime").get(0).body())
                .contains("\"RestoreDateTime\":1772359205", "\"TargetTableName\":\"Users-restored\"");
        assertThat(aws.requests("RestoreTableToPointInTime").get(1).body())
                .contains("\"UseLatestRestorableTime\":true")
                .doesNotContain("RestoreDateTime");
    }

    @Test
    void aRestoreIsFollowedUntilItIsDone() {
        String restored = document("dynamodb/DescribeTable-restored");
        aws.refuseDynamoDb("DescribeTable", 400, "ResourceNotFoundException")
                .give("DescribeTable", restored)
                .give("DescribeTable", restored.replace("CREATING", "ACTIVE"))
                .give("DescribeTable", restored.replace("CREATING", "ACTIVE").replace("true", "false"));
        Change change = new Change.RestoreToPointInTime(USERS, RESTORED, TIME, List.of(), false);

        List<Progress> looks = List.of(look(change, null), look(change, null), look(change, null), look(change, null));

        assertThat(looks)
                .containsExactly(
                        new Progress.Absent(),
                        new Progress.Running(null, null),
                        new Progress.Running(null, null),
                        new Progress.Done(null));
    }

    @ParameterizedTest
    @CsvSource({"Orders, 1772359205", "Users, 1772359206"})
    void aTableThatWasRestoredFromElsewhereIsNotOurs(String source, long time) {
        aws.give("DescribeTable", document("dynamodb/DescribeTable-restored"));
        Change change = new Change.RestoreToPointInTime(
                new DatabaseId(DatabaseKind.DYNAMODB_TABLE, source),
                RESTORED,
                Instant.ofEpochSecond(time),
                List.of(),
                false);

        Progress progress = look(change, null);

        assertThat(progress).extracting("code").isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(look(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false), null))
                .extracting("code")
                .isEqualTo(ErrorCode.ALREADY_EXISTS);
    }

    @Test
    void aTableThatWasNotRestoredIsNotOurs() {
        Progress progress = look(new Change.RestoreSnapshot(SNAPSHOT, RESTORED, List.of(), false), null);

        assertThat(progress).extracting("code").isEqualTo(ErrorCode.ALREADY_EXISTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETING", "INACCESSIBLE_ENCRYPTION_CREDENTIALS", "ARCHIVED"})
    void aRestoreFailsWithWhatToDo(String status) {
        aws.give("DescribeTable", document("dynamodb/DescribeTable-restored").replace("CREATING", status));

        Progress progress = look(new Change.RestoreToPointInTime(USERS, RESTORED, null, List.of(), false), null);

        assertThat(progress)
                .isInstanceOfSatisfying(
                        Progress.Failed.class,
                        failed -> assertThat(failed.message()).contains(status + ": "));
    }

    @Test
    void aBackupIsFoundByItsNameWhereItsArnIsLost() {
        Change.CreateSnapshot create = new Change.CreateSnapshot(USERS, "before-migration", List.of());

        Progress byName = look(create, null);

        assertThat(byName).isEqualTo(new Progress.Done(BACKUP));
        assertThat(look(create, BACKUP)).isEqualTo(new Progress.Done(BACKUP));
        assertThat(look(new Change.CreateSnapshot(USERS, "other", List.of()), null))
                .isEqualTo(new Progress.Absent());
    }

    @Test
    void deletionsAndPoliciesAreFollowed() {
        aws.give("DescribeBackup", document("dynamodb/DescribeBackup"))
                .give("DescribeBackup", document("dynamodb/DeleteBackup"));
        Change.DeleteSnapshot delete = new Change.DeleteSnapshot(SNAPSHOT);

        Progress there = look(delete, null);

        assertThat(there).isEqualTo(new Progress.Absent());
        assertThat(look(delete, null)).isEqualTo(new Progress.Done(null));
        assertThat(look(new Change.SetBackupPolicy(USERS, 14), null)).isEqualTo(new Progress.Done(null));
        assertThat(look(new Change.SetBackupPolicy(USERS, 35), null)).isEqualTo(new Progress.Absent());
    }
}
