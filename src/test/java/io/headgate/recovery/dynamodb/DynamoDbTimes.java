package io.headgate.recovery.dynamodb;

import java.time.Duration;

/** Times that tests wait for DynamoDB. */
record DynamoDbTimes(Duration readTimeout, Duration writeTimeout, Duration attemptTimeout)
        implements DynamoDbRecoveryConfig {

    /** As long as a slow machine needs. */
    static DynamoDbTimes ample() {
        return new DynamoDbTimes(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(10));
    }
}
