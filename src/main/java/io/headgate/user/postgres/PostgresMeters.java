package io.headgate.user.postgres;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Which servers served reads: the counter {@code headgate.postgres.reads}, by {@code target}. */
record PostgresMeters(Counter ofPrimary, Counter ofReaders) {

    PostgresMeters(MeterRegistry meters) {
        this(counter(meters, "primary"), counter(meters, "reader"));
    }

    private static Counter counter(MeterRegistry meters, String target) {
        return Counter.builder("headgate.postgres.reads")
                .description("Reads that PostgreSQL served")
                .tag("target", target)
                .register(meters);
    }
}
