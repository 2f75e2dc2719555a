package io.headgate.table;

import org.jspecify.annotations.Nullable;

/**
 * A page of the items that have one partition key, in the order of their sort keys.
 *
 * @param index {@code null} for the table itself
 * @param partition the value of the partition key, as JSON has it
 * @param first how many items
 * @param after the cursor of the item before; {@code null} for the first page
 */
public record TableQuery(
        String table,
        @Nullable String index,
        Object partition,
        @Nullable SortCondition sort,
        boolean descending,
        boolean consistent,
        int first,
        @Nullable String after) {}
