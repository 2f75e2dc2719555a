package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventLoopsTest {

    private static final String COUNT = "quarkus.vertx.event-loops-pool-size";

    @Test
    void thereIsOneForEachProcessor() {
        assertThat(config(Map.of()).getValue(COUNT, int.class))
                .isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void thereAreAsManyAsAreConfigured() {
        assertThat(config(Map.of(COUNT, "17")).getValue(COUNT, int.class)).isEqualTo(17);
    }

    @Test
    void otherPropertiesAreLeftAlone() {
        assertThat(config(Map.of()).getOptionalValue("quarkus.vertx.worker-pool-size", int.class))
                .isEmpty();
    }

    private static SmallRyeConfig config(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .withInterceptors(new EventLoops())
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build();
    }
}
