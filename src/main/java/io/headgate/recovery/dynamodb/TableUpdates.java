package io.headgate.recovery.dynamodb;

import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.FleetChange.ModifyTable;
import io.headgate.recovery.Progress;
import io.headgate.recovery.TableForm.Capacity;
import io.headgate.recovery.TableForm.Index;
import io.headgate.recovery.TableUpdate;
import io.headgate.recovery.TableUpdate.Billing;
import io.headgate.recovery.TableUpdate.CreateIndex;
import io.headgate.recovery.TableUpdate.DeleteIndex;
import io.headgate.recovery.TableUpdate.DeletionProtection;
import io.headgate.recovery.TableUpdate.IndexCapacity;
import io.headgate.recovery.TableUpdate.TableClass;
import io.smallrye.mutiny.Uni;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;

/**
 * Tables that are changed, each by one UpdateTable. DynamoDB takes no tag with it, so that what an operation made is known by
 * the table's id, which another table of the same name has not, by the name and the form of an index, and by the settings
 * themselves: one that is as asked for is made, whoever made it.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html">Managing global secondary
 *     indexes: phases of index creation</a>
 */
final class TableUpdates {

    private static final Progress ABSENT = new Progress.Absent();
    private static final Progress DONE = new Progress.Done(null);

    private TableUpdates() {}

    static Uni<DatabaseId> check(AwsWork<DynamoDbAsyncClient> dynamoDb, ModifyTable change) {
        return changeable(dynamoDb, change).replaceWith(change.database());
    }

    /** Sends a change, unless the table's settings are as it wants them; gives the table's id. */
    static Uni<@Nullable String> begin(AwsWork<DynamoDbAsyncClient> dynamoDb, ModifyTable change) {
        return dynamoDb.beforeChange(changeable(dynamoDb, change)).chain(table -> {
            UpdateTableRequest request = UpdateTableRequests.of(change.update(), table);
            return request == null
                    ? Uni.createFrom().item(table.tableId())
                    : dynamoDb.change(client -> client.updateTable(request)).replaceWith(table.tableId());
        });
    }

    private static Uni<TableDescription> changeable(AwsWork<DynamoDbAsyncClient> dynamoDb, ModifyTable change) {
        return Tables.find(dynamoDb, change.database().name())
                .map(table -> TableUpdateChecks.changeable(table, change));
    }

    static Uni<Progress> look(AwsWork<DynamoDbAsyncClient> dynamoDb, ModifyTable change, @Nullable String key) {
        return Tables.find(dynamoDb, change.database().name()).map(table -> {
            if (table == null || (key != null && !key.equals(table.tableId()))) {
                return failed(
                        ErrorCode.NOT_FOUND,
                        "the table that was to be changed is not there any more: read the query databases again");
            }
            if (change.update() instanceof CreateIndex creation) {
                return ofCreation(table, creation.index());
            }
            if (change.update() instanceof DeleteIndex deletion) {
                return ofDeletion(table, deletion.index());
            }
            return isUpdating(table)
                    ? new Progress.Running(null, table.tableId(), Tables.state(table))
                    : isAsAskedFor(table, change.update()) ? DONE : ABSENT;
        });
    }

    private static Progress ofCreation(TableDescription table, Index asked) {
        GlobalSecondaryIndexDescription index = Tables.globalIndex(table, asked.name());
        if (index == null) {
            return ABSENT;
        }
        String thing = "index " + asked.name() + " of table " + table.tableName();
        if (!isOfForm(table, index, asked)) {
            return failed(
                    ErrorCode.ALREADY_EXISTS,
                    thing + " is there, and this operation did not make it: choose another name");
        }
        if (index.indexStatus() == IndexStatus.DELETING) {
            return failed(ErrorCode.FAILED_PRECONDITION, thing + " was made, and is being deleted now");
        }
        return index.indexStatus() == IndexStatus.ACTIVE
                ? DONE
                : new Progress.Running(null, table.tableId(), Tables.state(index));
    }

    private static Progress ofDeletion(TableDescription table, String name) {
        GlobalSecondaryIndexDescription index = Tables.globalIndex(table, name);
        if (index == null) {
            return DONE;
        }
        return index.indexStatus() == IndexStatus.DELETING
                ? new Progress.Running(null, table.tableId(), Tables.state(index))
                : ABSENT;
    }

    private static boolean isOfForm(TableDescription table, GlobalSecondaryIndexDescription index, Index asked) {
        return index.keySchema().equals(TableParts.keys(Objects.requireNonNull(asked.partition()), asked.sort()))
                && table.attributeDefinitions()
                        .containsAll(TableParts.definitions(Objects.requireNonNull(asked.partition()), asked.sort()))
                && index.projection().projectionTypeAsString().equals(asked.projection())
                && index.projection().nonKeyAttributes().size()
                        == asked.attributes().size()
                && index.projection().nonKeyAttributes().containsAll(asked.attributes());
    }

    private static boolean isUpdating(TableDescription table) {
        return table.tableStatus() == TableStatus.UPDATING
                || table.globalSecondaryIndexes().stream()
                        .anyMatch(index -> index.indexStatus() == IndexStatus.UPDATING);
    }

    private static boolean isAsAskedFor(TableDescription table, TableUpdate update) {
        if (update instanceof DeletionProtection protection) {
            return Tables.isProtected(table) == protection.on();
        }
        if (update instanceof TableClass tableClass) {
            return Tables.tableClass(table).equals(tableClass.name());
        }
        Billing billing = (Billing) update;
        Capacity capacity = billing.table();
        return isOfMode(table, billing.mode())
                && (capacity == null || Tables.hasCapacity(table.provisionedThroughput(), capacity))
                && billing.indexes().stream().allMatch(each -> hasCapacity(table, each));
    }

    private static boolean isOfMode(TableDescription table, @Nullable String mode) {
        return mode == null || Tables.isProvisioned(table) == mode.equals(BillingMode.PROVISIONED.toString());
    }

    private static boolean hasCapacity(TableDescription table, IndexCapacity asked) {
        GlobalSecondaryIndexDescription index = Tables.globalIndex(table, asked.index());
        return index != null && Tables.hasCapacity(index.provisionedThroughput(), asked.capacity());
    }

    private static Progress failed(ErrorCode code, String message) {
        return new Progress.Failed(code, message, null);
    }
}
