package io.headgate.app;

import io.smallrye.config.DefaultValuesConfigSource;
import io.smallrye.config.PropertyName;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import io.smallrye.config.common.AbstractConfigSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes default values cheap, on which a native executable otherwise spends half of its start: SmallRye Config compares each
 * name that is looked up with each of hundreds such as {@code quarkus.redis.*.hosts}, since {@link PropertyName}s have nearly
 * all one hash, and goes through the names of all defaults for each map. Here defaults are found by the text before their
 * first {@code *}, and only those are named that could be a map's key. What is found is the same.
 */
public final class IndexedDefaults implements SmallRyeConfigBuilderCustomizer {

    private static final String ANY_OF_QUARKUS = "quarkus.**";

    /** After all that adds defaults. */
    @Override
    public int priority() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        SmallRyeConfigBuilder.MappingBuilder mappings = builder.getMappingsBuilder();
        Set<String> members = new HashSet<>();
        mappings.getMappings()
                .forEach(mapping -> members.addAll(mapping.getProperties().keySet()));
        mappings.getMappingsInstances()
                .keySet()
                .forEach(mapping -> members.addAll(mapping.getProperties().keySet()));
        Map<String, String> defaults = builder.getDefaultValues();
        builder.withSources(new Source(defaults, members));
        defaults.clear();
        Set<String> ignored = mappings.getIgnoredPaths();
        if (ignored.contains(ANY_OF_QUARKUS)) {
            // Each is covered by it, and would be compared with each name that is set.
            ignored.removeIf(path -> path.startsWith("quarkus.") && !path.equals(ANY_OF_QUARKUS));
        }
    }

    /** Takes the place, and so the name, of SmallRye's own, which is left with nothing. */
    private static final class Source extends AbstractConfigSource {

        private static final long serialVersionUID = 1;

        private final Set<String> names = new HashSet<>();
        private final Map<String, String> values = new HashMap<>();
        private final transient Map<String, List<Map.Entry<String, String>>> wildcards = new HashMap<>();

        /** @param members names of single values, which are looked up by their names */
        Source(Map<String, String> defaults, Set<String> members) {
            super(DefaultValuesConfigSource.NAME, DefaultValuesConfigSource.ORDINAL);
            for (Map.Entry<String, String> each : defaults.entrySet()) {
                int star = each.getKey().indexOf('*');
                if (star < 0) {
                    values.put(each.getKey(), each.getValue());
                    if (!members.contains(each.getKey())) {
                        names.add(each.getKey());
                    }
                } else {
                    wildcards
                            .computeIfAbsent(each.getKey().substring(0, star), prefix -> new ArrayList<>())
                            .add(Map.entry(each.getKey(), each.getValue()));
                }
            }
        }

        @Override
        public Set<String> getPropertyNames() {
            return names;
        }

        @Override
        public @Nullable String getValue(String name) {
            String value = values.get(name);
            return value == null ? ofWildcard(name) : value;
        }

        private @Nullable String ofWildcard(String name) {
            for (int end = name.length(); end >= 0; end--) {
                if (end == 0 || name.charAt(end - 1) == '.' || name.charAt(end - 1) == '[') {
                    for (Map.Entry<String, String> each : wildcards.getOrDefault(name.substring(0, end), List.of())) {
                        if (PropertyName.equals(each.getKey(), name)) {
                            return each.getValue();
                        }
                    }
                }
            }
            return null;
        }
    }
}
