package io.headgate.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What Headgate does before it answers. */
@ConfigMapping(prefix = "headgate.startup")
public interface StartupConfig {

    /**
     * Whether the schema of PostgreSQL is brought up to date. Replicas that start at once wait for each other. To migrate
     * as a step of its own, switch it off, and run the same application once with it and {@code quarkus.init-and-exit=true}.
     */
    @WithDefault("true")
    boolean migrate();
}
