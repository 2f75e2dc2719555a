package io.headgate;

import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What a test waits for. */
public final class Conditions {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    /** More than any of it takes, on a machine that is busy. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private Conditions() {}

    /** Returns when something has become true; fails when it has not within a minute. */
    public static void until(BooleanSupplier condition) {
        Multi.createBy()
                .repeating()
                .supplier(condition::getAsBoolean)
                .withDelay(BETWEEN_LOOKS)
                .whilst(met -> !met)
                .collect()
                .last()
                .await()
                .atMost(LIMIT);
    }
}
