package io.headgate.table;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A page of items, in order. */
public record ItemPage(List<Entry> entries, boolean hasNext, boolean hasPrevious) {

    /** An item as JSON has it, at its place. */
    public record Entry(String cursor, Map<String, @Nullable Object> item) {}
}
