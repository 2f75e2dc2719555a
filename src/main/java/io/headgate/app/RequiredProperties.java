package io.headgate.app;

import io.vertx.ext.web.Router;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/** Stops the start, before any client is made, when a property is missing that only a deployment can know. */
@Singleton
class RequiredProperties {

    private static final List<String> NAMES = List.of("quarkus.datasource.reactive.url", "quarkus.redis.hosts");

    void require(@Observes @Priority(1) Router router, Config config) {
        check(config);
    }

    /** @throws IllegalStateException with the name of the first property that is missing */
    static void check(Config config) {
        for (String name : NAMES) {
            if (config.getOptionalValue(name, String.class).isEmpty()) {
                throw new IllegalStateException(
                        name + " is not set: docs/configuration.md says what a deployment must set");
            }
        }
    }
}
