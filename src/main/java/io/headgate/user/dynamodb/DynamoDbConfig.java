package io.headgate.user.dynamodb;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How the users in DynamoDB are reached, and how much work one request may cause there. */
@ConfigMapping(prefix = "headgate.dynamodb")
public interface DynamoDbConfig {

    /** The table that holds the users. */
    @WithDefault("Users")
    String table();

    /** Whether the table is created at start-up where there is none. For development and tests. */
    @WithDefault("false")
    boolean createTable();

    /** How long a read may take, all its requests together. */
    @WithDefault("5s")
    @DurationMin(millis = 1)
    Duration readTimeout();

    /** How long a change may take, all its requests together. */
    @WithDefault("10s")
    @DurationMin(millis = 1)
    Duration writeTimeout();

    /**
     * How long to wait for the answer to a request before sending it again, where that is harmless. More than {@code
     * quarkus.dynamodb.async-client.connection-acquisition-timeout}, so that what got no connection, and was never sent,
     * is known from what was sent without answer.
     */
    @WithDefault("2s")
    @DurationMin(millis = 1)
    Duration attemptTimeout();

    /** How many items one list may make DynamoDB read, those included that its filter leaves out. */
    @WithDefault("10000")
    @Positive
    int maxItemsPerList();

    /** How many items one count may make DynamoDB read, those included that its filter leaves out. */
    @WithDefault("100000")
    @Positive
    int maxItemsPerCount();
}
