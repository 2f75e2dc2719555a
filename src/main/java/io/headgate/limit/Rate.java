package io.headgate.limit;

import java.util.concurrent.TimeUnit;

/**
 * How often something may be done: once in an interval in the long run, and {@code burst} times at once after a pause.
 *
 * @param interval in nanoseconds
 * @param lease how many a replica may take ahead
 */
record Rate(long interval, int burst, int lease) {

    /** The largest lease. */
    private static final int MOST_LENT = 100;

    /** What a burst is of a lease, so that what replicas hold unused is little of it. */
    private static final int LEASES_IN_BURST = 20;

    static Rate perSecond(int times, int burst) {
        // A lease ends after ten seconds, so that a slow client loses a tenth of its rate at the most.
        int lease = Math.min(Math.min(MOST_LENT, times), burst / LEASES_IN_BURST);
        return new Rate(TimeUnit.SECONDS.toNanos(1) / times, burst, lease);
    }
}
