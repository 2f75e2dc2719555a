package io.headgate.recovery.truth;

import io.headgate.localcloud.LocalClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** When a writer makes its changes: spread evenly over a time, and maybe clear of the edges of seconds. */
final class Pace {

    /** PostgreSQL's time stamps have microseconds, the clock has nanoseconds. */
    private static final Duration AFTER_EDGE = Duration.ofMillis(1);

    private final LocalClock clock;
    private final Instant start;
    private final Duration between;
    private final Supplier<Duration> beforeEdge;

    /** @param beforeEdge how close to the end of a second nothing begins; zero where that does not matter */
    Pace(LocalClock clock, Instant start, Duration between, Supplier<Duration> beforeEdge) {
        this.clock = clock;
        this.start = start;
        this.between = between;
        this.beforeEdge = beforeEdge;
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
        Duration clear = beforeEdge.get();
        Instant edge = now().plus(clear).truncatedTo(ChronoUnit.SECONDS);
        if (!clear.isZero() && edge.plus(AFTER_EDGE).isAfter(now())) {
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
