package io.headgate.recovery.dynamodb;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.FleetChange.ModifyTable;
import io.headgate.recovery.TableForm.Index;
import io.headgate.recovery.TableForm.KeyAttribute;
import io.headgate.recovery.TableUpdate.Billing;
import io.headgate.recovery.TableUpdate.CreateIndex;
import io.headgate.recovery.TableUpdate.DeleteIndex;
import io.headgate.recovery.TableUpdate.IndexCapacity;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * Why DynamoDB would not change a table that is as it describes it. Each check fails with a {@link GatewayException}.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html">UpdateTable</a>
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html">Managing global secondary
 *     indexes</a>
 */
final class TableUpdateChecks {

    private final TableDescription table;
    private final String name;

    private TableUpdateChecks(TableDescription table, ModifyTable change) {
        this.table = table;
        this.name = change.database().toString();
    }

    /** The table, where a change of it can be asked for now. */
    static TableDescription changeable(@Nullable TableDescription table, ModifyTable change) {
        TableDescription there = Tables.requireActive(Tables.require(table, change.database()));
        TableUpdateChecks checks = new TableUpdateChecks(there, change);
        if (change.update() instanceof CreateIndex creation) {
            checks.creation(creation.index());
        } else if (change.update() instanceof DeleteIndex deletion) {
            checks.deletion(deletion.index());
        } else if (change.update() instanceof Billing billing) {
            checks.billing(billing);
        }
        return there;
    }

    private void creation(Index index) {
        if (isLocal(index.name()) || Tables.globalIndex(table, index.name()) != null) {
            throw GatewayException.of(
                    ErrorCode.ALREADY_EXISTS,
                    name + " has an index " + index.name() + " already: choose another name, or delete it first");
        }
        requireNoOtherChange(index.name());
        if (table.globalSecondaryIndexes().size() >= TableFormRules.MOST_GLOBAL) {
            throw refused("has " + TableFormRules.MOST_GLOBAL + " global secondary indexes, as many as there can be:"
                    + " delete one first");
        }
        long projected = index.attributes().size()
                + Stream.concat(
                                table.globalSecondaryIndexes().stream()
                                        .map(GlobalSecondaryIndexDescription::projection),
                                table.localSecondaryIndexes().stream().map(each -> each.projection()))
                        .map(Projection::nonKeyAttributes)
                        .mapToLong(attributes -> attributes.size())
                        .sum();
        if (projected > TableFormRules.MOST_PROJECTED) {
            throw refused(
                    "would have " + projected + " projected attributes in its indexes, of which there are at most "
                            + TableFormRules.MOST_PROJECTED + ": project fewer, or ALL");
        }
        if (index.provisioned() != null && !Tables.isProvisioned(table)) {
            throw refused("is on demand, as its indexes are: leave provisioned out");
        }
        Stream.of(index.partition(), index.sort()).filter(Objects::nonNull).forEach(this::requireType);
    }

    private void requireType(KeyAttribute key) {
        table.attributeDefinitions().stream()
                .filter(each -> each.attributeName().equals(key.name()))
                .filter(each -> !each.attributeTypeAsString().equals(key.type()))
                .findFirst()
                .ifPresent(each -> {
                    throw refused("has '" + key.name() + "' of type " + each.attributeTypeAsString()
                            + " in a key already: it can't be of type " + key.type());
                });
    }

    private void deletion(String index) {
        GlobalSecondaryIndexDescription found = requireGlobal(index);
        requireNoOtherChange(index);
        boolean isBeingFilled = found.indexStatus() == IndexStatus.CREATING && Boolean.TRUE.equals(found.backfilling());
        if (found.indexStatus() != IndexStatus.ACTIVE && !isBeingFilled) {
            throw refused("can't lose its index now: " + Tables.state(found)
                    + "; wait until it is ACTIVE or its items are being added");
        }
    }

    private void billing(Billing billing) {
        if (billing.mode() == null && !Tables.isProvisioned(table)) {
            throw refused(
                    "is on demand, and has no capacity: give billingMode PROVISIONED and the table's capacity too");
        }
        billing.indexes().stream().map(IndexCapacity::index).forEach(this::requireGlobal);
    }

    private GlobalSecondaryIndexDescription requireGlobal(String index) {
        GlobalSecondaryIndexDescription found = Tables.globalIndex(table, index);
        if (found != null) {
            return found;
        }
        throw isLocal(index)
                ? refused("has " + index + " as a local index, which stays as it is for as long as the table is there")
                : GatewayException.of(ErrorCode.NOT_FOUND, name + " has no index " + index);
    }

    /** DynamoDB makes or deletes one index of a table at a time. */
    private void requireNoOtherChange(String index) {
        table.globalSecondaryIndexes().stream()
                .filter(each -> !each.indexName().equals(index))
                .filter(each ->
                        each.indexStatus() == IndexStatus.CREATING || each.indexStatus() == IndexStatus.DELETING)
                .findFirst()
                .ifPresent(each -> {
                    throw refused("has its indexes made and deleted one at a time, and " + Tables.state(each)
                            + ": wait for that");
                });
    }

    private boolean isLocal(String index) {
        return table.localSecondaryIndexes().stream()
                .anyMatch(each -> each.indexName().equals(index));
    }

    private GatewayException refused(String why) {
        return GatewayException.of(ErrorCode.FAILED_PRECONDITION, name + " " + why);
    }
}
