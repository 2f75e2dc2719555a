package io.headgate.localcloud.dynamodb;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Time stamps of changes: nanoseconds since the epoch by the cloud's clock, each later than every one before. */
final class Stamps {

    private final InstantSource clock;
    private final AtomicLong last = new AtomicLong();

    Stamps(InstantSource clock) {
        this.clock = clock;
    }

    static long of(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }

    static Instant time(long stamp) {
        return Instant.ofEpochSecond(0, stamp);
    }

    Instant now() {
        return clock.instant();
    }

    long next() {
        return last.updateAndGet(before -> Math.max(before + 1, of(now())));
    }

    /** Waits for a moment: no stamp from then on is at it or earlier. */
    void await(long moment) {
        while (of(now()) < moment) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("Interrupted before " + time(moment));
            }
        }
        last.accumulateAndGet(moment, Math::max);
    }
}
