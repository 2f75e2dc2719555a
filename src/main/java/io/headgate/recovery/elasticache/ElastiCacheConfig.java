package io.headgate.recovery.elasticache;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** How ElastiCache is asked. Credentials and region are those for RDS, {@code quarkus.rds.aws}. */
@ConfigMapping(prefix = "headgate.recovery.elasticache")
public interface ElastiCacheConfig {

    /** Another endpoint than AWS's. */
    Optional<URI> endpointOverride();

    /** How long a read may take, all its requests together. */
    @WithDefault("10s")
    @DurationMin(millis = 1)
    Duration readTimeout();

    /** How long a change may take to be accepted, all its requests together. */
    @WithDefault("20s")
    @DurationMin(millis = 1)
    Duration writeTimeout();

    /**
     * How long to wait for the answer to a request before sending it again, where that is harmless. Longer than a connection
     * is waited for, which is a second less, so that what was never sent is known from what was sent without answer.
     */
    @WithDefault("5s")
    @DurationMin(seconds = 2)
    Duration attemptTimeout();
}
