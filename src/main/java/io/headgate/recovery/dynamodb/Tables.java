package io.headgate.recovery.dynamodb;

import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Database;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.RestoreWindow;
import io.headgate.recovery.TableForm.Capacity;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.ListTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.ListTagsOfResourceResponse;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableClass;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Tables: how DynamoDB is asked for them, and what it says of them. */
final class Tables {

    private static final String ENGINE = "dynamodb";
    private static final int DEFAULT_RECOVERY_DAYS = 35;

    private Tables() {}

    static Uni<List<String>> names(AwsWork<DynamoDbAsyncClient> dynamoDb) {
        return dynamoDb.pages(
                        (client, start) -> client.listTables(request -> request.exclusiveStartTableName(start)),
                        ListTablesResponse::lastEvaluatedTableName)
                .map(pages -> pages.stream()
                        .flatMap(page -> page.tableNames().stream())
                        .toList());
    }

    /** The table of a name, {@code null} when there is none. */
    static Uni<@Nullable TableDescription> find(AwsWork<DynamoDbAsyncClient> dynamoDb, String name) {
        return dynamoDb.find(
                        client -> client.describeTable(request -> request.tableName(name)),
                        ResourceNotFoundException.class)
                .map(answer -> answer == null ? null : answer.table());
    }

    /** The continuous backups of a table, {@code null} when there is no table of that name. */
    static Uni<@Nullable ContinuousBackupsDescription> backups(AwsWork<DynamoDbAsyncClient> dynamoDb, String name) {
        return dynamoDb.find(
                        client -> client.describeContinuousBackups(request -> request.tableName(name)),
                        TableNotFoundException.class)
                .map(answer -> answer == null ? null : answer.continuousBackupsDescription());
    }

    static Uni<List<Tag>> tags(AwsWork<DynamoDbAsyncClient> dynamoDb, String arn) {
        return dynamoDb.pages(
                        (client, next) -> client.listTagsOfResource(
                                request -> request.resourceArn(arn).nextToken(next)),
                        ListTagsOfResourceResponse::nextToken)
                .map(pages -> pages.stream()
                        .flatMap(page -> page.tags().stream())
                        .map(tag -> new Tag(tag.key(), tag.value()))
                        .toList());
    }

    static Database database(TableDescription table) {
        return new Database(
                id(table.tableName()),
                table.tableArn(),
                ENGINE,
                null,
                String.valueOf(table.tableStatusAsString()),
                null,
                null,
                List.of());
    }

    static RestoreWindow window(ContinuousBackupsDescription backups) {
        Integer days = recoveryDays(backups);
        if (days == null) {
            return new RestoreWindow(false, null, null, null);
        }
        PointInTimeRecoveryDescription recovery = backups.pointInTimeRecoveryDescription();
        return new RestoreWindow(
                true, days, recovery.earliestRestorableDateTime(), recovery.latestRestorableDateTime());
    }

    /**
     * How many days back the table can be restored, {@code null} when point-in-time recovery is off; 35 where DynamoDB does
     * not say.
     *
     * @see <a
     *     href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoveryDescription.html">PointInTimeRecoveryDescription</a>
     */
    static @Nullable Integer recoveryDays(ContinuousBackupsDescription backups) {
        PointInTimeRecoveryDescription recovery = backups.pointInTimeRecoveryDescription();
        if (recovery == null || recovery.pointInTimeRecoveryStatus() != PointInTimeRecoveryStatus.ENABLED) {
            return null;
        }
        return recovery.recoveryPeriodInDays() == null
                ? Integer.valueOf(DEFAULT_RECOVERY_DAYS)
                : recovery.recoveryPeriodInDays();
    }

    /** The table that was found. Fails with NOT_FOUND where there is none. */
    static TableDescription require(@Nullable TableDescription found, DatabaseId id) {
        if (found == null) {
            throw GatewayException.of(ErrorCode.NOT_FOUND, "there is no database " + id);
        }
        return found;
    }

    /** The table, which is not being changed. Fails with FAILED_PRECONDITION where it is. */
    static TableDescription requireActive(TableDescription table) {
        if (table.tableStatus() != TableStatus.ACTIVE) {
            throw GatewayException.of(
                    ErrorCode.FAILED_PRECONDITION,
                    id(table.tableName()) + " is " + table.tableStatusAsString() + ": wait until it is ACTIVE");
        }
        return table;
    }

    /** The global secondary index of a name, {@code null} when there is none. */
    static @Nullable GlobalSecondaryIndexDescription globalIndex(TableDescription table, String name) {
        return table.globalSecondaryIndexes().stream()
                .filter(index -> index.indexName().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Whether its capacity is provisioned. A table that was never on demand has no summary. */
    static boolean isProvisioned(TableDescription table) {
        return table.billingModeSummary() == null
                || table.billingModeSummary().billingMode() == BillingMode.PROVISIONED;
    }

    static boolean hasCapacity(@Nullable ProvisionedThroughputDescription described, Capacity capacity) {
        return described != null
                && described.readCapacityUnits() == capacity.read()
                && described.writeCapacityUnits() == capacity.write();
    }

    static boolean isProtected(TableDescription table) {
        return Boolean.TRUE.equals(table.deletionProtectionEnabled());
    }

    /** What its items are kept in. A table that was always of the class STANDARD has no summary. */
    static String tableClass(TableDescription table) {
        return table.tableClassSummary() == null
                ? TableClass.STANDARD.toString()
                : table.tableClassSummary().tableClassAsString();
    }

    /** The state that DynamoDB says a global secondary index is in, as a sentence. */
    static String state(GlobalSecondaryIndexDescription index) {
        String state = "index " + index.indexName() + " is " + index.indexStatusAsString();
        if (index.indexStatus() != IndexStatus.CREATING) {
            return state;
        }
        return state
                + (Boolean.TRUE.equals(index.backfilling())
                        ? ", and the table's items are being added (Backfilling)"
                        : ", and resources are being allocated for it");
    }

    /** The state that DynamoDB says a table is in, as a sentence. */
    static String state(TableDescription table) {
        return "table " + table.tableName() + " is " + table.tableStatusAsString();
    }

    static DatabaseId id(String name) {
        return new DatabaseId(DatabaseKind.DYNAMODB_TABLE, name);
    }

    /** The table that an ARN names, its own or that of one of its backups; empty when it names none. */
    static String nameIn(@Nullable String arn) {
        String marker = ":table/";
        int start = arn == null ? -1 : arn.indexOf(marker);
        if (arn == null || start < 0) {
            return "";
        }
        String rest = arn.substring(start + marker.length());
        int end = rest.indexOf('/');
        return end < 0 ? rest : rest.substring(0, end);
    }
}
