package io.headgate.recovery;

import io.headgate.recovery.TableForm.Capacity;
import io.headgate.recovery.TableForm.Index;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one UpdateTable of DynamoDB changes of a table: one of these, for DynamoDB takes no two of them in one request.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html">UpdateTable</a>
 */
public sealed interface TableUpdate {

    /**
     * How reads and writes are paid for.
     *
     * @param mode {@code PAY_PER_REQUEST} or {@code PROVISIONED}; {@code null} as it is
     * @param table the table's capacity, {@code null} as it is
     * @param indexes the capacities of global secondary indexes; those of a table that becomes provisioned have the table's
     *     where they are missing, others stay as they are
     */
    record Billing(@Nullable String mode, @Nullable Capacity table, List<IndexCapacity> indexes)
            implements TableUpdate {

        public Billing {
            indexes = List.copyOf(indexes);
        }
    }

    /** How much is read and written a second by a global secondary index. */
    record IndexCapacity(String index, Capacity capacity) {}

    /** Whether a table is protected against deletion. */
    record DeletionProtection(boolean on) implements TableUpdate {}

    /** What items are kept in: {@code STANDARD} or {@code STANDARD_INFREQUENT_ACCESS}. */
    record TableClass(String name) implements TableUpdate {}

    /** A new global secondary index, which is filled with the items that are there. */
    record CreateIndex(Index index) implements TableUpdate {}

    /** The end of a global secondary index. */
    record DeleteIndex(String index) implements TableUpdate {}
}
