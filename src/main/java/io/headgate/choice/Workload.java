package io.headgate.choice;

import java.util.Map;
import java.util.Set;

/**
 * What a database is needed for, as far as it is known. What is not said is absent, and decides nothing.
 *
 * @param traits what holds, by the name of the input's field: constants of enums, {@code true} or {@code false}
 * @param amounts figures, by the name of the input's field
 */
public record Workload(Map<String, Set<String>> traits, Map<String, Double> amounts) {

    public Workload {
        traits = Map.copyOf(traits);
        amounts = Map.copyOf(amounts);
    }

    Set<String> traits(String field) {
        return traits.getOrDefault(field, Set.of());
    }
}
