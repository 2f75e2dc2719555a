package io.headgate.user.postgres;

import java.time.Duration;

/** Time limits of a test. */
record Limits(Duration connectionLimit, Duration readLimit, Duration writeLimit, Duration cancelLimit)
        implements PostgresConfig {

    /** More than any test takes. */
    static final Limits GENEROUS =
            new Limits(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30));

    /** The same limit for everything. */
    static Limits of(Duration limit) {
        return new Limits(limit, limit, limit, limit);
    }
}
