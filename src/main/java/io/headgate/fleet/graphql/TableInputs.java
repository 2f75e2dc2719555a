package io.headgate.fleet.graphql;

import io.headgate.error.GatewayException;
import io.headgate.graphql.Arguments;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.FleetChange;
import io.headgate.recovery.FleetChange.CreateTable;
import io.headgate.recovery.FleetChange.DeleteTable;
import io.headgate.recovery.FleetChange.ModifyTable;
import io.headgate.recovery.TableForm;
import io.headgate.recovery.TableForm.Capacity;
import io.headgate.recovery.TableForm.Index;
import io.headgate.recovery.TableForm.KeyAttribute;
import io.headgate.recovery.TableUpdate;
import io.headgate.recovery.TableUpdate.Billing;
import io.headgate.recovery.TableUpdate.CreateIndex;
import io.headgate.recovery.TableUpdate.DeleteIndex;
import io.headgate.recovery.TableUpdate.DeletionProtection;
import io.headgate.recovery.TableUpdate.IndexCapacity;
import io.headgate.recovery.TableUpdate.TableClass;
import io.headgate.recovery.graphql.RecoveryInputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the inputs of changes of tables. Each method throws INVALID_ARGUMENT for what no change can be. */
final class TableInputs {

    /** In days. */
    private static final int LONGEST_RECOVERY = 35;

    private static final Billing AS_IT_IS = new Billing(null, null, List.of());

    private TableInputs() {}

    static FleetChange create(Arguments input) {
        Integer days = input.integer("recoveryPeriodInDays");
        boolean isRecoverable = input.flag("pointInTimeRecovery");
        if (!isRecoverable && days != null) {
            throw GatewayException.invalidArgument("recoveryPeriodInDays is given, and pointInTimeRecovery is off");
        }
        return new CreateTable(
                table(input),
                new TableForm(
                        key(input.requiredObject("partitionKey")),
                        findKey(input.object("sortKey")),
                        input.objects("indexes").stream()
                                .map(TableInputs::index)
                                .toList(),
                        capacity(input.object("provisioned")),
                        input.text("streamViewType"),
                        input.flag("deletionProtection")),
                isRecoverable ? Objects.requireNonNullElse(days, LONGEST_RECOVERY) : null,
                RecoveryInputs.tags(input));
    }

    static FleetChange modify(Arguments input) {
        List<TableUpdate> updates = new ArrayList<>();
        Billing billing = new Billing(
                input.text("billingMode"),
                capacity(input.object("provisioned")),
                input.objects("indexes").stream()
                        .map(TableInputs::indexCapacity)
                        .toList());
        if (!billing.equals(AS_IT_IS)) {
            updates.add(billing);
        }
        Arguments created = input.object("createIndex");
        if (created != null) {
            updates.add(new CreateIndex(index(created)));
        }
        String deleted = input.text("deleteIndex");
        if (deleted != null) {
            updates.add(new DeleteIndex(deleted));
        }
        String tableClass = input.text("tableClass");
        if (tableClass != null) {
            updates.add(new TableClass(tableClass));
        }
        Boolean isProtected = input.find("deletionProtection");
        if (isProtected != null) {
            updates.add(new DeletionProtection(isProtected));
        }
        if (updates.size() != 1) {
            throw GatewayException.invalidArgument(
                    updates.size() + " changes are given, and DynamoDB makes one at a time: give one of createIndex,"
                            + " deleteIndex, tableClass, deletionProtection, and billingMode with provisioned and indexes;"
                            + " then the next, once the operation has ended");
        }
        return new ModifyTable(table(input), updates.get(0));
    }

    private static IndexCapacity indexCapacity(Arguments index) {
        return new IndexCapacity(index.requiredText("name"), requiredCapacity(index.requiredObject("provisioned")));
    }

    static FleetChange delete(Arguments input) {
        return new DeleteTable(table(input));
    }

    private static DatabaseId table(Arguments input) {
        return new DatabaseId(DatabaseKind.DYNAMODB_TABLE, input.requiredText("name"));
    }

    private static Index index(Arguments index) {
        return new Index(
                index.requiredText("name"),
                findKey(index.object("partitionKey")),
                findKey(index.object("sortKey")),
                index.requiredText("projectionType"),
                Objects.requireNonNullElse(index.texts("nonKeyAttributes"), List.of()),
                capacity(index.object("provisioned")));
    }

    private static KeyAttribute key(Arguments key) {
        return new KeyAttribute(key.requiredText("attribute"), key.requiredText("attributeType"));
    }

    private static @Nullable KeyAttribute findKey(@Nullable Arguments key) {
        return key == null ? null : key(key);
    }

    private static @Nullable Capacity capacity(@Nullable Arguments capacity) {
        return capacity == null ? null : requiredCapacity(capacity);
    }

    private static Capacity requiredCapacity(Arguments capacity) {
        return new Capacity(
                capacity.requiredInteger("readCapacityUnits"), capacity.requiredInteger("writeCapacityUnits"));
    }
}
