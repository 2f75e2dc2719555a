package io.headgate.recovery.rds;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How long Headgate waits for RDS, Aurora included. */
@ConfigMapping(prefix = "headgate.recovery.rds")
public interface RdsConfig {

    /** How long a read may take, all its requests together. */
    @WithDefault("10s")
    @DurationMin(millis = 1)
    Duration readTimeout();

    /** How long a change may take to be accepted, all its requests together. */
    @WithDefault("20s")
    @DurationMin(millis = 1)
    Duration writeTimeout();

    /**
     * How long to wait for the answer to a request before sending it again, where that is harmless. More than {@code
     * quarkus.rds.async-client.connection-acquisition-timeout}, so that what got no connection, and was never sent, is
     * known from what was sent without answer.
     */
    @WithDefault("5s")
    @DurationMin(millis = 1)
    Duration attemptTimeout();
}
