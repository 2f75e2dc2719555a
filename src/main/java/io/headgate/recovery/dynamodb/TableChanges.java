package io.headgate.recovery.dynamodb;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.Change;
import io.headgate.recovery.Change.CreateSnapshot;
import io.headgate.recovery.Change.DeleteSnapshot;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.Change.RestoreToPointInTime;
import io.headgate.recovery.Change.SetBackupPolicy;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** Changes as DynamoDB is asked for them, each in one request. */
final class TableChanges {

    private TableChanges() {}

    static Uni<@Nullable String> begin(AwsWork<DynamoDbAsyncClient> dynamoDb, Change change) {
        if (change instanceof CreateSnapshot create) {
            return dynamoDb.change(client -> client.createBackup(request ->
                            request.tableName(create.database().name()).backupName(create.name())))
                    .map(made -> made.backupDetails().backupArn());
        }
        if (change instanceof DeleteSnapshot delete) {
            return dynamoDb.change(client -> client.deleteBackup(
                            request -> request.backupArn(delete.snapshot().key())))
                    .map(deleted -> null);
        }
        if (change instanceof SetBackupPolicy policy) {
            return dynamoDb.change(client -> client.updateContinuousBackups(request -> request.tableName(
                                    policy.database().name())
                            .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)
                                    .recoveryPeriodInDays(policy.retentionDays()))))
                    .map(updated -> null);
        }
        if (change instanceof RestoreSnapshot restore) {
            return dynamoDb.change(client -> client.restoreTableFromBackup(
                            request -> request.backupArn(restore.snapshot().key())
                                    .targetTableName(restore.target().name())))
                    .map(restored -> null);
        }
        RestoreToPointInTime restore = (RestoreToPointInTime) change;
        return dynamoDb.change(client -> client.restoreTableToPointInTime(
                        request -> request.sourceTableName(restore.source().name())
                                .targetTableName(restore.target().name())
                                .restoreDateTime(restore.time())
                                .useLatestRestorableTime(restore.time() == null ? true : null)))
                .map(restored -> null);
    }
}
