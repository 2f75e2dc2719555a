package io.headgate.aws;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to pause before trying again: random, so that those who failed together do not meet again, up to a bound that
 * doubles with each failure.
 *
 * @param first the bound after the first failure
 * @param most what the bound grows to
 * @see <a href="https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/">Timeouts, retries and
 *     backoff with jitter</a>
 */
public record Backoff(Duration first, Duration most) {

    private static final int MAX_DOUBLINGS = 20;

    /** The pause after a number of failures, from 1 on. */
    public Duration pause(int failures) {
        long doubled = first.toNanos() << Math.min(failures - 1, MAX_DOUBLINGS);
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(Math.min(doubled, most.toNanos()) + 1));
    }
}
