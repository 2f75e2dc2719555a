package io.headgate.recovery.dynamodb;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How long Headgate waits for DynamoDB's backups, restores and settings of tables. */
@ConfigMapping(prefix = "headgate.recovery.dynamodb")
public interface DynamoDbRecoveryConfig {

    /** How long a read may take, all its requests together. */
    @WithDefault("10s")
    @DurationMin(millis = 1)
    Duration readTimeout();

    /** How long a change may take to be accepted, all its requests together. */
    @WithDefault("20s")
    @DurationMin(millis = 1)
    Duration writeTimeout();

    /** How long to wait for the answer to a request before sending it again, where that is harmless. */
    @WithDefault("5s")
    @DurationMin(millis = 1)
    Duration attemptTimeout();
}
