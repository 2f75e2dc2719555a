package io.headgate.recovery.dynamodb;

import io.headgate.recovery.TableForm.Capacity;
import io.headgate.recovery.TableForm.Index;
import io.headgate.recovery.TableUpdate;
import io.headgate.recovery.TableUpdate.Billing;
import io.headgate.recovery.TableUpdate.CreateIndex;
import io.headgate.recovery.TableUpdate.DeleteIndex;
import io.headgate.recovery.TableUpdate.DeletionProtection;
import io.headgate.recovery.TableUpdate.IndexCapacity;
import io.headgate.recovery.TableUpdate.TableClass;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalSecondaryIndexAction;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;

/**
 * Changes of a table as DynamoDB is asked for them. It refuses to set a capacity or a mode that is there already, so that only
 * what differs is asked for.
 */
final class UpdateTableRequests {

    private UpdateTableRequests() {}

    /** The request for a change of a table that is as described, {@code null} where nothing of it would change. */
    static @Nullable UpdateTableRequest of(TableUpdate update, TableDescription table) {
        UpdateTableRequest.Builder request = UpdateTableRequest.builder().tableName(table.tableName());
        if (update instanceof CreateIndex creation) {
            Index index = creation.index();
            return request.attributeDefinitions(
                            TableParts.definitions(Objects.requireNonNull(index.partition()), index.sort()))
                    .globalSecondaryIndexUpdates(GlobalSecondaryIndexUpdate.builder()
                            .create(action(index, table))
                            .build())
                    .build();
        }
        if (update instanceof DeleteIndex deletion) {
            return request.globalSecondaryIndexUpdates(GlobalSecondaryIndexUpdate.builder()
                            .delete(index -> index.indexName(deletion.index()))
                            .build())
                    .build();
        }
        if (update instanceof DeletionProtection protection) {
            return Tables.isProtected(table) == protection.on()
                    ? null
                    : request.deletionProtectionEnabled(protection.on()).build();
        }
        if (update instanceof TableClass tableClass) {
            return Tables.tableClass(table).equals(tableClass.name())
                    ? null
                    : request.tableClass(tableClass.name()).build();
        }
        return billing((Billing) update, table, request);
    }

    private static CreateGlobalSecondaryIndexAction action(Index index, TableDescription table) {
        CreateGlobalSecondaryIndexAction.Builder action = CreateGlobalSecondaryIndexAction.builder()
                .indexName(index.name())
                .keySchema(TableParts.keys(Objects.requireNonNull(index.partition()), index.sort()))
                .projection(TableParts.projection(index));
        Capacity own = index.provisioned();
        if (own != null) {
            action.provisionedThroughput(TableParts.throughput(own));
        } else if (Tables.isProvisioned(table)) {
            action.provisionedThroughput(capacity -> capacity.readCapacityUnits(
                            table.provisionedThroughput().readCapacityUnits())
                    .writeCapacityUnits(table.provisionedThroughput().writeCapacityUnits()));
        }
        return action.build();
    }

    private static @Nullable UpdateTableRequest billing(
            Billing billing, TableDescription table, UpdateTableRequest.Builder request) {
        boolean wasProvisioned = Tables.isProvisioned(table);
        if (BillingMode.PAY_PER_REQUEST.toString().equals(billing.mode())) {
            return wasProvisioned
                    ? request.billingMode(BillingMode.PAY_PER_REQUEST).build()
                    : null;
        }
        Capacity capacity = billing.table();
        boolean isOther =
                capacity != null && !(wasProvisioned && Tables.hasCapacity(table.provisionedThroughput(), capacity));
        List<GlobalSecondaryIndexUpdate> indexes = indexes(billing, table);
        if (!isOther && indexes.isEmpty()) {
            return null;
        }
        if (!wasProvisioned) {
            request.billingMode(BillingMode.PROVISIONED);
        }
        if (isOther) {
            request.provisionedThroughput(TableParts.throughput(Objects.requireNonNull(capacity)));
        }
        return indexes.isEmpty()
                ? request.build()
                : request.globalSecondaryIndexUpdates(indexes).build();
    }

    /** The indexes that get another capacity: of a table that becomes provisioned all, for DynamoDB knows none of theirs. */
    private static List<GlobalSecondaryIndexUpdate> indexes(Billing billing, TableDescription table) {
        Map<String, Capacity> named =
                billing.indexes().stream().collect(Collectors.toMap(IndexCapacity::index, IndexCapacity::capacity));
        boolean wasProvisioned = Tables.isProvisioned(table);
        return table.globalSecondaryIndexes().stream()
                .filter(index -> !wasProvisioned || isOther(index, named.get(index.indexName())))
                .map(index -> update(index.indexName(), named.get(index.indexName()), billing.table()))
                .toList();
    }

    private static GlobalSecondaryIndexUpdate update(String index, @Nullable Capacity own, @Nullable Capacity ofTable) {
        Capacity capacity = own == null ? Objects.requireNonNull(ofTable) : own;
        return GlobalSecondaryIndexUpdate.builder()
                .update(update -> update.indexName(index).provisionedThroughput(TableParts.throughput(capacity)))
                .build();
    }

    private static boolean isOther(GlobalSecondaryIndexDescription index, @Nullable Capacity asked) {
        return asked != null && !Tables.hasCapacity(index.provisionedThroughput(), asked);
    }
}
