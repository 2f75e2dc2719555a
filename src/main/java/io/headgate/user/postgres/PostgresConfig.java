package io.headgate.user.postgres;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long a call may take. Each limit is at least one millisecond and holds for each attempt. */
@ConfigMapping(prefix = "headgate.postgres")
public interface PostgresConfig {

    /** How long a call waits for a connection, a free one of the pool or a new one, before it fails with UNAVAILABLE. */
    @WithDefault("2s")
    Duration connectionLimit();

    /** How long a read may take once it has a connection; then PostgreSQL is told to cancel it. */
    @WithDefault("3s")
    Duration readLimit();

    /** How long a change may take once it has a connection; then PostgreSQL is told to cancel it. */
    @WithDefault("5s")
    Duration writeLimit();

    /**
     * How long PostgreSQL may take to confirm that it cancelled a statement. A change that is not confirmed by then fails
     * with OUTCOME_UNKNOWN.
     */
    @WithDefault("1s")
    Duration cancelLimit();
}
