package io.headgate.user.postgres;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** How PostgreSQL is used. Each limit of a call is at least one millisecond and holds for each attempt. */
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

    /**
     * The servers that EVENTUAL reads may be served by: RDS read replicas or Aurora's reader endpoint, each {@code
     * host}, {@code host:port} or a {@code postgresql://} URL. Database, TLS and credentials are the primary's.
     */
    Optional<List<String>> readers();

    /** How often it is looked how far the primary and the readers are. */
    @WithDefault("250ms")
    @DurationMin(millis = 1)
    Duration readerCheckInterval();

    /** How far a reader may lag behind the primary; one that lags more is left out. */
    @WithDefault("5s")
    @DurationMin(millis = 1)
    Duration readerMaxLag();

    /**
     * The secret in AWS Secrets Manager that has the user name and the password, by name or ARN. Read when {@code
     * quarkus.datasource.credentials-provider} is {@code secrets-manager}.
     */
    Optional<String> secretId();
}
