package io.headgate.recovery.truth;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one writer's rows of a store were at each moment. Nobody else changes them, and each change is answered before the
 * next one begins, so that a second holds what was answered until it began, and nothing that was begun after that.
 *
 * @param <V> a row without its key
 */
final class Share<V> {

    private final String name;
    private final List<Change<V>> changes = new ArrayList<>();
    private final Map<String, V> rows = new HashMap<>();

    /** Parts that take effect each at once and independently of each other; a row that is empty is deleted. */
    private record Change<V>(Instant begun, Instant answered, List<Map<String, Optional<V>>> parts) {

        boolean isOver(Instant second) {
            return !answered.isAfter(second);
        }

        boolean isUnderWay(Instant second) {
            return !begun.isAfter(second) && answered.isAfter(second);
        }
    }

    Share(String name) {
        this.name = name;
    }

    /** What the keys of its rows begin with. */
    String name() {
        return name;
    }

    Draft<V> draft() {
        return new Draft<>(rows);
    }

    /** Keeps a change that was answered: each draft took effect at once, and independently of the others. */
    void changed(Instant begun, Instant answered, List<Draft<V>> drafts) {
        List<Map<String, Optional<V>>> parts = drafts.stream().map(Draft::edits).toList();
        changes.add(new Change<>(begun, answered, parts));
        parts.forEach(part -> apply(part, rows));
    }

    int changes() {
        return changes.size();
    }

    /** The longest that one of the last changes took. */
    Duration longestOfLast(int count) {
        return changes.subList(Math.max(0, changes.size() - count), changes.size()).stream()
                .map(change -> Duration.between(change.begun, change.answered))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** The rows after the last change. */
    Map<String, V> last() {
        return Map.copyOf(rows);
    }

    /** Every state that a second may hold: one, unless a change was under way when it began. */
    Set<Map<String, V>> at(Instant second) {
        Map<String, V> before = new HashMap<>();
        for (Change<V> change : changes) {
            if (change.isOver(second)) {
                change.parts.forEach(part -> apply(part, before));
            } else if (change.isUnderWay(second)) {
                return withSome(change.parts, before);
            }
        }
        return Set.of(before);
    }

    private static <V> Set<Map<String, V>> withSome(List<Map<String, Optional<V>>> parts, Map<String, V> before) {
        Set<Map<String, V>> states = new HashSet<>(Set.of(before));
        for (Map<String, Optional<V>> part : parts) {
            for (Map<String, V> state : List.copyOf(states)) {
                Map<String, V> with = new HashMap<>(state);
                apply(part, with);
                states.add(with);
            }
        }
        return states;
    }

    private static <V> void apply(Map<String, Optional<V>> part, Map<String, V> rows) {
        part.forEach((key, row) -> row.ifPresentOrElse(value -> rows.put(key, value), () -> rows.remove(key)));
    }
}
