package io.headgate.localcloud.dynamodb;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test moves it. */
final class TestClock implements InstantSource {

    /** A whole second. */
    static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private volatile Instant now = START;

    @Override
    public Instant instant() {
        return now;
    }

    /** Moves the time, and gives what it is then. */
    Instant advance(Duration step) {
        now = now.plus(step);
        return now;
    }
}
