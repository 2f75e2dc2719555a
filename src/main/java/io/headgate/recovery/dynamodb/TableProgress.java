package io.headgate.recovery.dynamodb;

import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.recovery.Change;
import io.headgate.recovery.Change.CreateSnapshot;
import io.headgate.recovery.Change.DeleteSnapshot;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.Change.RestoreToPointInTime;
import io.headgate.recovery.Change.SetBackupPolicy;
import io.headgate.recovery.Progress;
import io.smallrye.mutiny.Uni;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BackupStatus;
import software.amazon.awssdk.services.dynamodb.model.BackupSummary;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsDescription;
import software.amazon.awssdk.services.dynamodb.model.RestoreSummary;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * How far changes have come, as DynamoDB describes what they are about. It takes no tags with a backup or a restore, so a
 * restored table is told from others by what its restore summary says that it was made of, and a backup by its ARN or,
 * where that was lost, by its name.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreSummary.html">RestoreSummary</a>
 */
final class TableProgress {

    private static final Progress ABSENT = new Progress.Absent();
    private static final Progress RUNNING = new Progress.Running(null, null);
    private static final Progress DONE = new Progress.Done(null);

    private TableProgress() {}

    static Uni<Progress> look(AwsWork<DynamoDbAsyncClient> dynamoDb, Change change, @Nullable String key) {
        if (change instanceof CreateSnapshot create) {
            return key == null
                    ? byName(dynamoDb, create)
                    : Backups.find(dynamoDb, key)
                            .map(backup -> backup == null
                                    ? ABSENT
                                    : ofBackup(key, backup.backupDetails().backupStatus()));
        }
        if (change instanceof DeleteSnapshot delete) {
            return Backups.find(dynamoDb, delete.snapshot().key()).map(backup -> backup == null ? DONE : ABSENT);
        }
        if (change instanceof SetBackupPolicy policy) {
            return Tables.backups(dynamoDb, policy.database().name()).map(backups -> ofPolicy(backups, policy));
        }
        Restore restore = (Restore) change;
        return Tables.find(dynamoDb, restore.target().name()).map(table -> ofRestore(table, restore));
    }

    private static Uni<Progress> byName(AwsWork<DynamoDbAsyncClient> dynamoDb, CreateSnapshot create) {
        return Backups.of(dynamoDb, create.database().name())
                .map(backups -> backups.stream()
                        .filter(backup -> backup.backupName().equals(create.name()))
                        .max(Comparator.comparing(BackupSummary::backupCreationDateTime))
                        .map(backup -> ofBackup(backup.backupArn(), backup.backupStatus()))
                        .orElse(ABSENT));
    }

    private static Progress ofBackup(String key, BackupStatus status) {
        return status == BackupStatus.AVAILABLE ? new Progress.Done(key) : new Progress.Running(null, key);
    }

    private static Progress ofPolicy(@Nullable ContinuousBackupsDescription backups, SetBackupPolicy policy) {
        if (backups == null) {
            return failed(
                    ErrorCode.NOT_FOUND,
                    "table " + policy.database().name() + " is not there any more: read the query databases again");
        }
        Integer days = Tables.recoveryDays(backups);
        return days != null && days == policy.retentionDays() ? DONE : ABSENT;
    }

    private static Progress ofRestore(@Nullable TableDescription table, Restore restore) {
        if (table == null) {
            return ABSENT;
        }
        String thing = "table " + table.tableName();
        RestoreSummary made = table.restoreSummary();
        if (made == null || !isOf(restore, made)) {
            return failed(
                    ErrorCode.ALREADY_EXISTS,
                    thing + " is there, and this operation did not make it: choose another name");
        }
        return switch (table.tableStatus()) {
            case ACTIVE -> Boolean.TRUE.equals(made.restoreInProgress()) ? RUNNING : DONE;
            case CREATING, UPDATING -> RUNNING;
            case DELETING ->
                failed(
                        ErrorCode.FAILED_PRECONDITION,
                        thing + " is in the state DELETING: wait until it is gone, and restore again");
            default ->
                failed(
                        ErrorCode.FAILED_PRECONDITION,
                        thing + " is in the state " + table.tableStatusAsString()
                                + ": make its KMS key usable, or delete it and restore again");
        };
    }

    private static boolean isOf(Restore restore, RestoreSummary made) {
        if (restore instanceof RestoreSnapshot fromSnapshot) {
            return fromSnapshot.snapshot().key().equals(made.sourceBackupArn());
        }
        RestoreToPointInTime pointInTime = (RestoreToPointInTime) restore;
        boolean isItsTime = pointInTime.time() == null
                || (made.restoreDateTime() != null
                        && pointInTime.time().equals(made.restoreDateTime().truncatedTo(ChronoUnit.SECONDS)));
        return made.sourceBackupArn() == null
                && pointInTime.source().name().equals(Tables.nameIn(made.sourceTableArn()))
                && isItsTime;
    }

    private static Progress failed(ErrorCode code, String message) {
        return new Progress.Failed(code, message, null);
    }
}
