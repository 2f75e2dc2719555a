package io.headgate.table;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** Which tables are read, and how long that may take. */
@ConfigMapping(prefix = "headgate.table")
public interface TableConfig {

    /** The tables that every reader may read; others are for operators. */
    Optional<List<String>> readable();

    /** How long a read may take, all its requests together. */
    @WithDefault("5s")
    @DurationMin(millis = 1)
    Duration readTimeout();

    /** How long to wait for the answer to one request before sending it again. */
    @WithDefault("2s")
    @DurationMin(millis = 1)
    Duration attemptTimeout();
}
