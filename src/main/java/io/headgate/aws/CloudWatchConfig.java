package io.headgate.aws;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** How Amazon CloudWatch is asked. Credentials and region are those for RDS, {@code quarkus.rds.aws}. */
@ConfigMapping(prefix = "headgate.cloudwatch")
public interface CloudWatchConfig {

    /** Another endpoint than AWS's. */
    Optional<URI> endpointOverride();

    /** How long a read may take, all its requests together. */
    @WithDefault("5s")
    @DurationMin(millis = 1)
    Duration timeout();

    /** How long to wait for one answer before asking again. */
    @WithDefault("2s")
    @DurationMin(millis = 1)
    Duration attemptTimeout();
}
