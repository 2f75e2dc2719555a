package io.headgate.recovery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a table of DynamoDB is made of.
 *
 * @param sort {@code null} where the partition key names one item
 * @param provisioned {@code null} on demand
 * @param streamView what its stream has of each change, such as {@code NEW_IMAGE}; {@code null} for no stream
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html">CreateTable</a>
 */
public record TableForm(
        KeyAttribute partition,
        @Nullable KeyAttribute sort,
        List<Index> indexes,
        @Nullable Capacity provisioned,
        @Nullable String streamView,
        boolean deletionProtection) {

    public TableForm {
        indexes = List.copyOf(indexes);
    }

    /**
     * An attribute of a key.
     *
     * @param type {@code S}, {@code N} or {@code B}
     */
    public record KeyAttribute(String name, String type) {}

    /** How much is read and written a second, in DynamoDB's units. */
    public record Capacity(int read, int write) {}

    /**
     * A secondary index: a global one where it has a partition key of its own, else a local one.
     *
     * @param projection {@code ALL}, {@code KEYS_ONLY} or {@code INCLUDE}
     * @param attributes that are projected beside the keys
     * @param provisioned of a global one; {@code null} as the table has it
     */
    public record Index(
            String name,
            @Nullable KeyAttribute partition,
            @Nullable KeyAttribute sort,
            String projection,
            List<String> attributes,
            @Nullable Capacity provisioned) {

        public Index {
            attributes = List.copyOf(attributes);
        }

        public boolean isGlobal() {
            return partition != null;
        }
    }
}
