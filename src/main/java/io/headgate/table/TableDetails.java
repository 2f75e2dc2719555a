package io.headgate.table;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What DynamoDB says of a table, in its own words.
 *
 * @param status such as {@code ACTIVE} or {@code UPDATING}
 * @param billing of the table itself
 * @param tableClass {@code STANDARD} or {@code STANDARD_INFREQUENT_ACCESS}
 * @param streamView what its stream has of each change, such as {@code NEW_AND_OLD_IMAGES}; {@code null} where it has none
 * @param recovery the time that it can be restored to; {@code null} where point-in-time recovery is off
 * @param itemCount of about six hours ago
 * @param sizeBytes of about six hours ago, with what DynamoDB adds to each item
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html">TableDescription</a>
 */
public record TableDetails(
        String name,
        String arn,
        String status,
        @Nullable Instant createdAt,
        List<KeyAttribute> keys,
        List<Index> indexes,
        Billing billing,
        String tableClass,
        @Nullable String streamView,
        @Nullable String streamArn,
        @Nullable Recovery recovery,
        boolean deletionProtection,
        long itemCount,
        long sizeBytes) {

    /**
     * An attribute of a key.
     *
     * @param kind {@code HASH} of the partition key, {@code RANGE} of the sort key
     * @param type {@code S}, {@code N} or {@code B}
     */
    public record KeyAttribute(String attribute, String kind, String type) {}

    /**
     * An index.
     *
     * @param isGlobal whether it has a partition key of its own
     * @param status of a global index, such as {@code CREATING}; {@code null} of a local one, which is there as long as the table
     * @param isBackfilling whether the items are being added that were in the table before
     * @param projection {@code ALL}, {@code KEYS_ONLY} or {@code INCLUDE}
     * @param attributes those that are projected beside the keys
     * @param billing {@code null} of a local one
     */
    public record Index(
            String name,
            boolean isGlobal,
            List<KeyAttribute> keys,
            @Nullable String status,
            boolean isBackfilling,
            String projection,
            List<String> attributes,
            @Nullable Billing billing,
            long itemCount,
            long sizeBytes) {}

    /**
     * How reads and writes are paid for.
     *
     * @param mode {@code PROVISIONED} or {@code PAY_PER_REQUEST}
     * @param readCapacityUnits a second; {@code null} on demand, as are those of writing
     */
    public record Billing(
            String mode,
            @Nullable Long readCapacityUnits,
            @Nullable Long writeCapacityUnits) {}

    /** Point-in-time recovery that is on. */
    public record Recovery(
            int days, @Nullable Instant earliest, @Nullable Instant latest) {}
}
