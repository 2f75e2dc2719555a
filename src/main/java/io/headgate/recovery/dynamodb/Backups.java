package io.headgate.recovery.dynamodb;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.Snapshot;
import io.headgate.recovery.SnapshotId;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BackupDescription;
import software.amazon.awssdk.services.dynamodb.model.BackupDetails;
import software.amazon.awssdk.services.dynamodb.model.BackupNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.BackupStatus;
import software.amazon.awssdk.services.dynamodb.model.BackupSummary;
import software.amazon.awssdk.services.dynamodb.model.BackupType;
import software.amazon.awssdk.services.dynamodb.model.BackupTypeFilter;
import software.amazon.awssdk.services.dynamodb.model.ListBackupsResponse;

/** Backups: how DynamoDB is asked for them, and what it says of them. One that is deleted is none. */
final class Backups {

    private Backups() {}

    /** Those of a table, which may be gone, or of all. */
    static Uni<List<BackupSummary>> of(AwsWork<DynamoDbAsyncClient> dynamoDb, @Nullable String table) {
        return dynamoDb.pages(
                        (client, start) -> client.listBackups(request -> request.tableName(table)
                                .backupType(BackupTypeFilter.ALL)
                                .exclusiveStartBackupArn(start)),
                        ListBackupsResponse::lastEvaluatedBackupArn)
                .map(pages -> pages.stream()
                        .flatMap(page -> page.backupSummaries().stream())
                        .filter(backup -> backup.backupStatus() != BackupStatus.DELETED)
                        .toList());
    }

    /** The backup of an ARN, {@code null} when there is none. */
    static Uni<@Nullable BackupDescription> find(AwsWork<DynamoDbAsyncClient> dynamoDb, String arn) {
        return dynamoDb.find(
                        client -> client.describeBackup(request -> request.backupArn(arn)),
                        BackupNotFoundException.class)
                .map(answer ->
                        answer == null || isDeleted(answer.backupDescription()) ? null : answer.backupDescription());
    }

    static Snapshot snapshot(BackupSummary backup) {
        return new Snapshot(
                new SnapshotId(DatabaseKind.DYNAMODB_TABLE, backup.backupArn()),
                backup.backupName(),
                Tables.id(backup.tableName()),
                String.valueOf(backup.backupStatusAsString()),
                backup.backupType() != BackupType.USER,
                backup.backupCreationDateTime(),
                backup.backupSizeBytes(),
                null,
                List.of());
    }

    static Snapshot snapshot(BackupDescription backup) {
        BackupDetails details = backup.backupDetails();
        return new Snapshot(
                new SnapshotId(DatabaseKind.DYNAMODB_TABLE, details.backupArn()),
                details.backupName(),
                Tables.id(table(backup)),
                String.valueOf(details.backupStatusAsString()),
                details.backupType() != BackupType.USER,
                details.backupCreationDateTime(),
                details.backupSizeBytes(),
                null,
                List.of());
    }

    /** The name of the table that it was made of. */
    static String table(BackupDescription backup) {
        return backup.sourceTableDetails() == null
                ? Tables.nameIn(backup.backupDetails().backupArn())
                : backup.sourceTableDetails().tableName();
    }

    private static boolean isDeleted(BackupDescription backup) {
        return backup.backupDetails().backupStatus() == BackupStatus.DELETED;
    }
}
