package io.headgate.aws;

import java.time.Duration;

/** The moment by which a piece of work ends, however many requests it takes. Not moved by changes of the clock. */
public final class Deadline {

    private final long nanoTime;

    private Deadline(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    public static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos());
    }

    /** How long there is left; negative afterwards. */
    public Duration remaining() {
        return Duration.ofNanos(nanoTime - System.nanoTime());
    }

    /** Whether there is time left after a pause. */
    public boolean allows(Duration pause) {
        return remaining().compareTo(pause) > 0;
    }
}
