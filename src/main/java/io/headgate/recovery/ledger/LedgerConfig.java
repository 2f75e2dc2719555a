package io.headgate.recovery.ledger;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** Where operations are recorded. */
@ConfigMapping(prefix = "headgate.ledger")
public interface LedgerConfig {

    /** The DynamoDB table that holds the operations. */
    @WithDefault("HeadgateOperations")
    String table();

    /** Whether the table is created at start-up where there is none. For development and tests. */
    @WithDefault("false")
    boolean createTable();

    /** How long a read or a change of the ledger may take, all its requests together. */
    @WithDefault("10s")
    @DurationMin(millis = 1)
    Duration timeout();

    /** How long to wait for the answer to a request before sending it again, which is harmless here. */
    @WithDefault("2s")
    @DurationMin(millis = 1)
    Duration attemptTimeout();
}
