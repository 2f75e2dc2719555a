package io.headgate.recovery.dynamodb;

import static io.headgate.error.ErrorCode.ALREADY_EXISTS;
import static io.headgate.error.ErrorCode.FAILED_PRECONDITION;
import static io.headgate.error.ErrorCode.INVALID_ARGUMENT;
import static io.headgate.error.ErrorCode.NOT_FOUND;
import static io.headgate.error.ErrorCode.RESOURCE_EXHAUSTED;

import io.headgate.aws.AwsRefusals;

/**
 * What DynamoDB's refusals mean: every code that the API reference lists for a call that Headgate makes about backups and
 * settings of tables, but InternalServerError, which is no refusal, for the call may have been executed.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html">DynamoDB
 *     API reference: actions</a>
 */
final class DynamoDbRefusals {

    private static final String READ_DATABASES = " in this account and region: read the query databases again";
    private static final String NO_TABLE = "DynamoDB has no table of that name" + READ_DATABASES;

    static final AwsRefusals TABLE = AwsRefusals.table()
            .row("TableNotFoundException", NOT_FOUND, NO_TABLE)
            .row("ResourceNotFoundException", NOT_FOUND, NO_TABLE)
            .row(
                    "BackupNotFoundException",
                    NOT_FOUND,
                    "DynamoDB has no such backup in this account and region: read the query snapshots again")
            .row(
                    "PolicyNotFoundException",
                    NOT_FOUND,
                    "the table has no resource-based policy, or not the revision that was expected: read it again")
            .row(
                    "TableAlreadyExistsException",
                    ALREADY_EXISTS,
                    "there is a table of that name already: choose another name")
            .row(
                    "TableInUseException",
                    FAILED_PRECONDITION,
                    "the table is being created, restored or deleted: wait until it is ACTIVE, and try again")
            .row(
                    "ResourceInUseException",
                    FAILED_PRECONDITION,
                    "the table is being changed: wait until it is ACTIVE, and try again")
            .row(
                    "BackupInUseException",
                    FAILED_PRECONDITION,
                    "the backup is being made, restored or deleted: wait until it is AVAILABLE, and try again")
            .row(
                    "ContinuousBackupsUnavailableException",
                    FAILED_PRECONDITION,
                    "DynamoDB has not enabled backups for this table yet: try again when it is some minutes old")
            .row(
                    "PointInTimeRecoveryUnavailableException",
                    FAILED_PRECONDITION,
                    "point-in-time recovery of the table is off: set a backup policy, or restore a snapshot")
            .row(
                    "InvalidRestoreTimeException",
                    INVALID_ARGUMENT,
                    "the time is not one the table can be restored to: take one from earliestRestorableTime to"
                            + " latestRestorableTime")
            .row(
                    "LimitExceededException",
                    RESOURCE_EXHAUSTED,
                    "too many backups, restores or changes of tables are under way in the account, or this table was changed"
                            + " too often today: wait until some have ended, and try again")
            .row(
                    "ValidationException",
                    INVALID_ARGUMENT,
                    "DynamoDB does not accept what was asked for: check names, tags, time, days and capacities")
            .row(
                    "UnknownOperationException",
                    FAILED_PRECONDITION,
                    "the endpoint does not know this call: DynamoDB itself does; see quarkus.dynamodb.endpoint-override")
            .build();

    private DynamoDbRefusals() {}
}
