package io.headgate.recovery.truth;

import io.headgate.localcloud.LocalClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** When a writer makes its changes: spread evenly over a time, and maybe clear of the edges of seconds. */
final class Pace {

    /** Longer than nearly every change takes. */
    private static final Duration BEFORE_EDGE = Duration.ofMillis(80);

    /** PostgreSQL's time stamps have microseconds, the clock has nanoseconds. */
    private static final Duration AFTER_EDGE = Duration.ofMillis(1);

    private final LocalClock clock;
    private final Instant start;
    private final Duration between;
    private final boolean staysClear;

    Pace(LocalClock clock, Instant start, Duration between, boolean staysClear) {
        this.clock = clock;
        this.start = start;
        this.between = between;
        this.staysClear = staysClear;
    }

    Instant now() {
        return clock.now();
    }

    /** Waits until a change is due, by its number. */
    void awaitTurn(int change) {
        await(start.plus(between.multipliedBy(change)));
        awaitClear();
    }

    /** Where no change is to be under way when a second begins, waits until a second has begun that is about to. */
    void awaitClear() {
        Instant edge = now().plus(BEFORE_EDGE).truncatedTo(ChronoUnit.SECONDS);
        if (staysClear && edge.plus(AFTER_EDGE).isAfter(now())) {
            await(edge.plus(AFTER_EDGE));
        }
    }

    void awaitNextSecond() {
        await(now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1).plus(AFTER_EDGE));
    }

    private void await(Instant time) {
        while (now().isBefore(time)) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("Interrupted before " + time);
            }
        }
    }
}
