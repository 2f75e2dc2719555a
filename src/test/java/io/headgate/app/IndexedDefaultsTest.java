package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexedDefaultsTest {

    private static final Map<String, String> DEFAULTS = Map.of(
            "quarkus.redis.hosts", "exact",
            "quarkus.redis.*.hosts", "of a name",
            "quarkus.redis.*.tls.*.enabled", "of two names",
            "quarkus.log.handler.*", "of the last segment",
            "quarkus.list[*].name", "of an element",
            "quarkus.list[*]", "of a last element",
            "*.profile", "of the first segment");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quarkus.redis.hosts",
                "quarkus.redis.other.hosts",
                "quarkus.redis.*.hosts",
                "quarkus.redis.\"a.b\".hosts",
                "quarkus.redis.a.b.hosts",
                "quarkus.redis.a.tls.b.enabled",
                "quarkus.redis.hosts.more",
                "quarkus.log.handler.console",
                "quarkus.log.handler.console.level",
                "quarkus.log.handler",
                "quarkus.list[3].name",
                "quarkus.list[3]",
                "quarkus.list[x]",
                "quarkus.list.name",
                "quarkus.set",
                "some.profile",
                "quarkus",
                "unknown"
            })
    void findsWhatSmallRyeFinds(String name) {
        SmallRyeConfigBuilder builder = builder();

        new IndexedDefaults().configBuilder(builder);

        SmallRyeConfig indexed = builder.build();
        SmallRyeConfig own = builder().build();
        assertThat(indexed.getConfigValue(name)).isEqualTo(own.getConfigValue(name));
        assertThat(indexed.getPropertyNames()).containsExactlyInAnyOrderElementsOf(own.getPropertyNames());
    }

    private static SmallRyeConfigBuilder builder() {
        return new SmallRyeConfigBuilder()
                .withDefaultValues(DEFAULTS)
                .withSources(new PropertiesConfigSource(Map.of("quarkus.set", "set"), "test", 100));
    }
}
