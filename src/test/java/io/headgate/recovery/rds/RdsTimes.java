package io.headgate.recovery.rds;

import java.time.Duration;

/** Times that tests wait for RDS. */
public record RdsTimes(Duration readTimeout, Duration writeTimeout, Duration attemptTimeout) implements RdsConfig {

    /** As long as a slow machine needs. */
    public static RdsTimes ample() {
        return new RdsTimes(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(10));
    }
}
