package io.headgate.recovery.truth;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A change as it is put together: what it did until now, over what there was before. */
final class Draft<V> {

    private final Map<String, V> rows;
    private final Map<String, Optional<V>> edits = new HashMap<>();

    Draft(Map<String, V> before) {
        this.rows = new HashMap<>(before);
    }

    /** A change that goes on from here and is given up again. */
    Draft<V> copy() {
        return new Draft<>(rows);
    }

    /** What there would be now, were it to take effect. */
    @Nullable
    V row(String key) {
        return rows.get(key);
    }

    Set<String> keys() {
        return new TreeSet<>(rows.keySet());
    }

    void put(String key, V row) {
        rows.put(key, row);
        edits.put(key, Optional.of(row));
    }

    void delete(String key) {
        rows.remove(key);
        edits.put(key, Optional.empty());
    }

    Map<String, Optional<V>> edits() {
        return Map.copyOf(edits);
    }
}
