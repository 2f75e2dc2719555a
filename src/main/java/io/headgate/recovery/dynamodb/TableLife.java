package io.headgate.recovery.dynamodb;

import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.CreateTable;
import io.headgate.recovery.FleetChange.DeleteTable;
import io.headgate.recovery.Progress;
import io.headgate.recovery.TableForm;
import io.headgate.recovery.TableForm.Capacity;
import io.headgate.recovery.TableForm.Index;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * Tables that are made and deleted. One that is made bears its operation's id as a tag, by which it is told from what others
 * made; one that is deleted is told by its id from one of the same name that somebody makes afterwards.
 */
final class TableLife {

    private static final Progress ABSENT = new Progress.Absent();
    private static final Duration BACKUPS_LATER = Duration.ofSeconds(5);

    private TableLife() {}

    static Uni<DatabaseId> check(AwsWork<DynamoDbAsyncClient> dynamoDb, FleetChange change) {
        return Tables.find(dynamoDb, change.database().name()).map(table -> {
            if (change instanceof CreateTable) {
                if (table != null) {
                    throw GatewayException.of(
                            ErrorCode.ALREADY_EXISTS,
                            "there is a table " + table.tableName() + " already: choose another name");
                }
                return change.database();
            }
            if (Tables.isProtected(Tables.require(table, change.database()))) {
                throw GatewayException.of(
                        ErrorCode.FAILED_PRECONDITION,
                        change.database()
                                + " is protected against deletion: modifyTable with deletionProtection: false first");
            }
            Tables.requireActive(table);
            return change.database();
        });
    }

    /** Sends a change; of a deletion gives the id of the table that goes. */
    static Uni<@Nullable String> begin(AwsWork<DynamoDbAsyncClient> dynamoDb, String operation, FleetChange change) {
        return change instanceof CreateTable create
                ? dynamoDb.change(client -> client.createTable(request(operation, create)))
                        .map(made -> null)
                : dynamoDb.change(client -> client.deleteTable(
                                request -> request.tableName(change.database().name())))
                        .map(deleted -> deleted.tableDescription().tableId());
    }

    static Uni<Progress> look(
            AwsWork<DynamoDbAsyncClient> dynamoDb, String operation, FleetChange change, @Nullable String key) {
        Uni<@Nullable TableDescription> found =
                Tables.find(dynamoDb, change.database().name());
        if (change instanceof DeleteTable) {
            return found.map(table -> ofDeletion(table, key));
        }
        return found.chain(table -> table == null
                ? Uni.createFrom().item(ABSENT)
                : Tables.tags(dynamoDb, table.tableArn())
                        .map(tags -> ofCreation(table, tags.contains(new Tag(Tag.OPERATION, operation)))));
    }

    private static Progress ofDeletion(@Nullable TableDescription table, @Nullable String key) {
        if (table == null || (key != null && !key.equals(table.tableId()))) {
            return new Progress.Done(null);
        }
        return table.tableStatus() == TableStatus.DELETING
                ? new Progress.Running(null, table.tableId(), Tables.state(table))
                : ABSENT;
    }

    private static Progress ofCreation(TableDescription table, boolean isOurs) {
        if (!isOurs) {
            return new Progress.Failed(
                    ErrorCode.ALREADY_EXISTS,
                    "table " + table.tableName() + " is there, and this operation did not make it: choose another name",
                    null);
        }
        return switch (table.tableStatus()) {
            case ACTIVE -> new Progress.Done(null);
            case CREATING, UPDATING -> new Progress.Running(null, null, Tables.state(table));
            default ->
                new Progress.Failed(
                        ErrorCode.FAILED_PRECONDITION,
                        "table " + table.tableName() + " was made, and is " + table.tableStatusAsString() + " now",
                        null);
        };
    }

    /** Turns point-in-time recovery on, which DynamoDB takes once a table is there. */
    static Uni<Void> complete(AwsWork<DynamoDbAsyncClient> dynamoDb, CreateTable create) {
        Integer days = create.recoveryDays();
        return days == null
                ? Uni.createFrom().voidItem()
                : dynamoDb.repeatableChange(client -> client.updateContinuousBackups(request -> request.tableName(
                                        create.database().name())
                                .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)
                                        .recoveryPeriodInDays(days))))
                        .onFailure(TableLife::comesLater)
                        .transform(early -> GatewayException.later(
                                ErrorCode.UNAVAILABLE,
                                "DynamoDB has not enabled backups of table "
                                        + create.database().name()
                                        + " yet, which point-in-time recovery needs; once it has, setBackupPolicy turns that on too",
                                BACKUPS_LATER))
                        .replaceWithVoid();
    }

    private static boolean comesLater(Throwable failure) {
        return failure instanceof GatewayException known
                && Objects.equals(known.awsErrorCode(), "ContinuousBackupsUnavailableException");
    }

    private static CreateTableRequest request(String operation, CreateTable create) {
        TableForm form = create.form();
        CreateTableRequest.Builder request = CreateTableRequest.builder()
                .tableName(create.database().name())
                .attributeDefinitions(TableParts.definitions(Stream.concat(
                        Stream.of(form.partition(), form.sort()),
                        form.indexes().stream().flatMap(index -> Stream.of(index.partition(), index.sort())))))
                .keySchema(TableParts.keys(form.partition(), form.sort()))
                .deletionProtectionEnabled(form.deletionProtection())
                .tags(tags(operation, create.tags()));
        Capacity capacity = form.provisioned();
        if (capacity == null) {
            request.billingMode(BillingMode.PAY_PER_REQUEST);
        } else {
            request.billingMode(BillingMode.PROVISIONED).provisionedThroughput(TableParts.throughput(capacity));
        }
        String view = form.streamView();
        if (view != null) {
            request.streamSpecification(stream -> stream.streamEnabled(true).streamViewType(view));
        }
        List<Index> global = form.indexes().stream().filter(Index::isGlobal).toList();
        if (!global.isEmpty()) {
            request.globalSecondaryIndexes(global.stream()
                    .map(index -> software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex.builder()
                            .indexName(index.name())
                            .keySchema(TableParts.keys(Objects.requireNonNull(index.partition()), index.sort()))
                            .projection(TableParts.projection(index))
                            .provisionedThroughput(throughput(index, capacity))
                            .build())
                    .toList());
        }
        List<Index> local =
                form.indexes().stream().filter(index -> !index.isGlobal()).toList();
        if (!local.isEmpty()) {
            request.localSecondaryIndexes(local.stream()
                    .map(index -> software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex.builder()
                            .indexName(index.name())
                            .keySchema(TableParts.keys(form.partition(), index.sort()))
                            .projection(TableParts.projection(index))
                            .build())
                    .toList());
        }
        return request.build();
    }

    private static @Nullable ProvisionedThroughput throughput(Index index, @Nullable Capacity ofTable) {
        Capacity own = index.provisioned();
        return own == null && ofTable == null
                ? null
                : TableParts.throughput(own == null ? Objects.requireNonNull(ofTable) : own);
    }

    private static List<software.amazon.awssdk.services.dynamodb.model.Tag> tags(String operation, List<Tag> tags) {
        return Stream.concat(tags.stream(), Stream.of(new Tag(Tag.OPERATION, operation)))
                .map(tag -> software.amazon.awssdk.services.dynamodb.model.Tag.builder()
                        .key(tag.key())
                        .value(tag.value())
                        .build())
                .toList();
    }
}
