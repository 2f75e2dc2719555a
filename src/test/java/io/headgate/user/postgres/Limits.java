package io.headgate.user.postgres;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Time limits of a test. */
record Limits(
        Duration connectionLimit, Duration readLimit, Duration writeLimit, Duration cancelLimit, Duration readerMaxLag)
        implements PostgresConfig {

    private static final Duration LONG = Duration.ofSeconds(30);

    /** More than any test takes. */
    static final Limits GENEROUS = of(LONG);

    Limits(Duration connectionLimit, Duration readLimit, Duration writeLimit, Duration cancelLimit) {
        this(connectionLimit, readLimit, writeLimit, cancelLimit, LONG);
    }

    /** The same limit for everything. */
    static Limits of(Duration limit) {
        return new Limits(limit, limit, limit, limit);
    }

    Limits withReaderMaxLag(Duration lag) {
        return new Limits(connectionLimit, readLimit, writeLimit, cancelLimit, lag);
    }

    @Override
    public Optional<List<String>> readers() {
        return Optional.empty();
    }

    @Override
    public Duration readerCheckInterval() {
        return Duration.ofMillis(20);
    }

    @Override
    public Optional<String> secretId() {
        return Optional.empty();
    }
}
