package io.headgate.choice;

import io.headgate.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The services and the rules of the file {@code choice/rules.json}, in its order. It has three parts:
 *
 * <ul>
 *   <li>{@code services}: what is ranked.
 *   <li>{@code exclusions}: rules after which a service can't be chosen ({@code excludes} names them).
 *   <li>{@code preferences}: rules that give services {@code weights}. A name that ends in {@code *} stands for all services
 *       that begin so and are not named themselves.
 * </ul>
 *
 * Each rule has an {@code id}, conditions ({@code when}), exceptions ({@code unless}), a sentence ({@code because}) and the
 * page that it is taken from ({@code source}).
 */
record RuleBook(List<DatabaseService> services, List<Rule> rules) {

    private static final String FILE = "choice/rules.json";

    /** Read with the first use of this class, or when a native image is built, which then needs no file. */
    static final RuleBook HEADGATES = read();

    /** The rules that apply, in their order. */
    List<Rule> applyingTo(Workload workload) {
        return rules.stream().filter(rule -> rule.appliesTo(workload)).toList();
    }

    private static RuleBook read() {
        try (InputStream stream = RuleBook.class.getClassLoader().getResourceAsStream(FILE)) {
            if (stream == null) {
                throw new IOException("no resource " + FILE);
            }
            return read(object(Json.read(stream.readAllBytes())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RuleBook read(Map<String, @Nullable Object> file) {
        List<DatabaseService> services = objects(file.get("services")).stream()
                .map(each -> new DatabaseService(text(each, "id"), text(each, "name"), text(each, "page")))
                .toList();
        List<String> ids = services.stream().map(DatabaseService::id).toList();
        List<Rule> rules = Stream.of("exclusions", "preferences")
                .flatMap(part -> objects(file.get(part)).stream())
                .map(rule -> rule(rule, ids))
                .toList();
        return new RuleBook(services, rules);
    }

    private static Rule rule(Map<String, @Nullable Object> rule, List<String> services) {
        Map<String, Reason> reasons = new LinkedHashMap<>();
        if (rule.get("excludes") instanceof List<?> excluded) {
            excluded.forEach(service -> reasons.put(String.valueOf(service), reason(rule, 0, true)));
        } else {
            Map<String, @Nullable Object> weights = object(rule.get("weights"));
            Set<String> unused = new HashSet<>(weights.keySet());
            for (String service : services) {
                String key =
                        weights.containsKey(service) ? service : service.substring(0, service.indexOf('_') + 1) + "*";
                if (weights.get(key) instanceof Integer weight) {
                    reasons.put(service, reason(rule, weight, false));
                    unused.remove(key);
                }
            }
            require(unused.isEmpty(), rule, "weights of " + unused);
        }
        require(services.containsAll(reasons.keySet()) && !reasons.isEmpty(), rule, "services " + reasons.keySet());
        return new Rule(conditions(rule.get("when")), conditions(rule.get("unless")), Map.copyOf(reasons));
    }

    private static Reason reason(Map<String, @Nullable Object> rule, int weight, boolean excludes) {
        return new Reason(text(rule, "id"), weight, excludes, text(rule, "because"), text(rule, "source"));
    }

    private static List<Condition> conditions(@Nullable Object conditions) {
        return conditions == null
                ? List.of()
                : object(conditions).entrySet().stream()
                        .map(each -> Condition.read(each.getKey(), each.getValue()))
                        .toList();
    }

    private static void require(boolean holds, Map<String, @Nullable Object> rule, String what) {
        if (!holds) {
            throw new IllegalStateException("the rule " + rule.get("id") + " in " + FILE + " has unknown " + what);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> object(@Nullable Object value) {
        return (Map<String, @Nullable Object>) Objects.requireNonNull(value);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, @Nullable Object>> objects(@Nullable Object value) {
        return (List<Map<String, @Nullable Object>>) Objects.requireNonNull(value);
    }

    private static String text(Map<String, @Nullable Object> object, String key) {
        return (String) Objects.requireNonNull(object.get(key), key);
    }
}
