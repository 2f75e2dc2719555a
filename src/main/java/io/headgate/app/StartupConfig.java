package io.headgate.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What Headgate does before it answers. */
@ConfigMapping(prefix = "headgate.startup")
public interface StartupConfig {

    /**
     * Whether the schema of PostgreSQL is brought up to date. Where several replicas start at once, Flyway's lock lets
     * one do it. To migrate as a step of its own, switch it off and run the same application once with {@code
     * quarkus.flyway.migrate-at-start=true} and {@code quarkus.init-and-exit=true}.
     */
    @WithDefault("true")
    boolean migrate();
}
