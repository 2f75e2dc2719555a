package io.headgate.choice;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A condition on one field of a workload. It does not hold for what the workload does not say. */
sealed interface Condition {

    boolean holds(Workload workload);

    /**
     * Reads a condition: a constant, or a list of which one must be there; {@code {"beyond": [...]}}, where another one must
     * be there; or {@code {"above": n}}, {@code {"atMost": n}}, or both.
     */
    static Condition read(String field, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> range)) {
            return new AnyOf(field, words(value));
        }
        return range.containsKey("beyond")
                ? new Beyond(field, words(range.get("beyond")))
                : new Within(field, number(range.get("above"), -1), number(range.get("atMost"), Double.MAX_VALUE));
    }

    private static Set<String> words(@Nullable Object value) {
        Collection<?> words = value instanceof Collection<?> several ? several : List.of(String.valueOf(value));
        return words.stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    private static double number(@Nullable Object value, double absent) {
        return value instanceof Number number ? number.doubleValue() : absent;
    }

    /** The workload says one of these. */
    record AnyOf(String field, Set<String> words) implements Condition {

        @Override
        public boolean holds(Workload workload) {
            return !Collections.disjoint(workload.traits(field), words);
        }
    }

    /** The workload says something that is none of these. */
    record Beyond(String field, Set<String> words) implements Condition {

        @Override
        public boolean holds(Workload workload) {
            return !words.containsAll(workload.traits(field));
        }
    }

    /** The workload says a figure in a range. */
    record Within(String field, double above, double atMost) implements Condition {

        @Override
        public boolean holds(Workload workload) {
            Double amount = workload.amounts().get(field);
            return amount != null && amount > above && amount <= atMost;
        }
    }
}
