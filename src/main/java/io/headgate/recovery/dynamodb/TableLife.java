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
import io.headgate.recovery.TableForm.KeyAttribute;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
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
            if (table == null) {
                throw GatewayException.of(ErrorCode.NOT_FOUND, "there is no database " + change.database());
            }
            if (Boolean.TRUE.equals(table.deletionProtectionEnabled())) {
                throw GatewayException.of(
                        ErrorCode.FAILED_PRECONDITION,
                        change.database() + " is protected against deletion: turn that off first");
            }
            if (table.tableStatus() != TableStatus.ACTIVE) {
                throw GatewayException.of(
                        ErrorCode.FAILED_PRECONDITION,
                        change.database() + " is " + table.tableStatusAsString() + ": wait until it is ACTIVE");
            }
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
        return table.tableStatus() == TableStatus.DELETING ? new Progress.Running(null, table.tableId()) : ABSENT;
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
            case CREATING, UPDATING -> new Progress.Running(null, null);
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
                                "DynamoDB has not enabled backups for the new table yet",
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
                .attributeDefinitions(definitions(form))
                .keySchema(keys(form.partition(), form.sort()))
                .deletionProtectionEnabled(form.deletionProtection())
                .tags(tags(operation, create.tags()));
        Capacity capacity = form.provisioned();
        if (capacity == null) {
            request.billingMode(BillingMode.PAY_PER_REQUEST);
        } else {
            request.billingMode(BillingMode.PROVISIONED).provisionedThroughput(throughput(capacity));
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
                            .keySchema(keys(Objects.requireNonNull(index.partition()), index.sort()))
                            .projection(projection(index))
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
                            .keySchema(keys(form.partition(), index.sort()))
                            .projection(projection(index))
                            .build())
                    .toList());
        }
        return request.build();
    }

    /** Each attribute of a key once. */
    private static List<AttributeDefinition> definitions(TableForm form) {
        Map<String, String> types = new LinkedHashMap<>();
        Stream.concat(
                        Stream.of(form.partition(), form.sort()),
                        form.indexes().stream().flatMap(index -> Stream.of(index.partition(), index.sort())))
                .filter(Objects::nonNull)
                .forEach(key -> types.put(key.name(), key.type()));
        return types.entrySet().stream()
                .map(each -> AttributeDefinition.builder()
                        .attributeName(each.getKey())
                        .attributeType(each.getValue())
                        .build())
                .toList();
    }

    private static List<KeySchemaElement> keys(KeyAttribute partition, @Nullable KeyAttribute sort) {
        List<KeySchemaElement> keys = new ArrayList<>(List.of(key(partition, KeyType.HASH)));
        if (sort != null) {
            keys.add(key(sort, KeyType.RANGE));
        }
        return keys;
    }

    private static KeySchemaElement key(KeyAttribute key, KeyType type) {
        return KeySchemaElement.builder()
                .attributeName(key.name())
                .keyType(type)
                .build();
    }

    private static Projection projection(Index index) {
        Projection.Builder projection = Projection.builder().projectionType(index.projection());
        return index.attributes().isEmpty()
                ? projection.build()
                : projection.nonKeyAttributes(index.attributes()).build();
    }

    private static @Nullable ProvisionedThroughput throughput(Index index, @Nullable Capacity ofTable) {
        Capacity own = index.provisioned();
        return own == null && ofTable == null ? null : throughput(own == null ? Objects.requireNonNull(ofTable) : own);
    }

    private static ProvisionedThroughput throughput(Capacity capacity) {
        return ProvisionedThroughput.builder()
                .readCapacityUnits((long) capacity.read())
                .writeCapacityUnits((long) capacity.write())
                .build();
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
