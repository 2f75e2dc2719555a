package io.headgate.choice.graphql;

import io.headgate.choice.Workload;
import io.headgate.error.GatewayException;
import io.headgate.graphql.Arguments;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what a workload is said to be. */
final class WorkloadInput {

    private static final List<String> TRAITS =
            List.of("shape", "accessPattern", "consistency", "durable", "analytics", "timeSeries", "compatibility");
    private static final List<String> RATES = List.of("readsPerSecond", "writesPerSecond");
    private static final List<String> SIZES = List.of("sizeGib", "latencyMillis");

    private WorkloadInput() {}

    /** Throws INVALID_ARGUMENT for figures that nothing can have, and for a workload of which nothing is said. */
    static Workload read(Arguments input) {
        Map<String, Set<String>> traits = new HashMap<>();
        for (String name : TRAITS) {
            Object value = input.json(name);
            if (value instanceof Collection<?> several && !several.isEmpty()) {
                traits.put(name, several.stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet()));
            } else if (value != null && !(value instanceof Collection<?>)) {
                traits.put(name, Set.of(value.toString()));
            }
        }
        Map<String, Double> amounts = new HashMap<>();
        Stream.concat(RATES.stream(), SIZES.stream()).forEach(name -> {
            if (input.json(name) instanceof Number amount) {
                amounts.put(name, possible(name, amount.doubleValue()));
            }
        });
        if (traits.isEmpty() && amounts.isEmpty()) {
            throw GatewayException.invalidArgument("the workload says nothing: give one of " + String.join(", ", TRAITS)
                    + ", " + String.join(", ", SIZES) + ", " + String.join(", ", RATES));
        }
        return new Workload(traits, amounts);
    }

    private static double possible(String name, double amount) {
        boolean mayBeZero = RATES.contains(name);
        if (!Double.isFinite(amount) || amount < 0 || (amount == 0 && !mayBeZero)) {
            throw GatewayException.invalidArgument(
                    name + " is " + amount + "; it must be " + (mayBeZero ? "0 or more" : "more than 0"));
        }
        return amount;
    }
}
