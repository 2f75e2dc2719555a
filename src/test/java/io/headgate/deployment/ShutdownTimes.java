package io.headgate.deployment;

import io.headgate.http.HttpConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** How long the packaged application may take to end. */
final class ShutdownTimes {

    private ShutdownTimes() {}

    /** What is waited for load balancers and for what is in flight, where these environment variables are set. */
    static Duration longest(Map<String, String> variables) {
        Map<String, String> properties = new HashMap<>();
        variables.forEach((name, value) -> {
            if (name.startsWith("HEADGATE_HTTP_SHUTDOWN_")) {
                properties.put(
                        name.replace("HEADGATE_HTTP_SHUTDOWN_", "headgate.http.shutdown-")
                                .toLowerCase(Locale.ROOT),
                        value);
            }
        });
        HttpConfig config = new SmallRyeConfigBuilder()
                .withMapping(HttpConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .withDefaultValues(properties)
                .build()
                .getConfigMapping(HttpConfig.class);
        return config.shutdownDelay().plus(config.shutdownTimeout());
    }
}
