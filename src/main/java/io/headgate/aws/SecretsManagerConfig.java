package io.headgate.aws;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** How AWS Secrets Manager is asked. Credentials are those for RDS, {@code quarkus.rds.aws.credentials}. */
@ConfigMapping(prefix = "headgate.secrets-manager")
public interface SecretsManagerConfig {

    /** The region of the secrets; that of {@code quarkus.rds.aws.region} where not set. */
    Optional<String> region();

    /** Another endpoint than AWS's. */
    Optional<URI> endpointOverride();

    /** How long a read may take, all its requests together. */
    @WithDefault("2s")
    @DurationMin(millis = 1)
    Duration timeout();

    /** How long a secret that was read is taken to be current. */
    @WithDefault("2s")
    @DurationMin(millis = 1)
    Duration maxAge();
}
