package io.headgate.localcloud;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The time that a local cloud's control planes tell: the machine's, until a test moves it forward. Retention, restorable
 * windows and time stamps follow it; nothing has to sleep for days. It never goes back.
 */
public final class LocalClock {

    private final State state;

    /** A view of a clock whose state came from {@link #newState}. */
    LocalClock(State state) {
        this.state = state;
    }

    /** The state of a clock that tells the machine's time. */
    static State newState() {
        return new State().with("offsets", new ConcurrentSkipListMap<>(Map.of(Instant.MIN, Duration.ZERO)));
    }

    public Instant now() {
        Instant machine = Instant.now();
        return machine.plus(offsets().floorEntry(machine).getValue());
    }

    /**
     * Moves the time forward from this moment on.
     *
     * @throws IllegalArgumentException when it would go back
     */
    public void advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException("the clock can't go back by " + step.negated());
        }
        NavigableMap<Instant, Duration> offsets = offsets();
        synchronized (offsets) {
            Duration offset = offsets.lastEntry().getValue().plus(step);
            offsets.merge(Instant.now(), offset, (before, after) -> after);
        }
    }

    /**
     * When the machine's clock, which PostgreSQL and DynamoDB Local stamp their changes with, showed what this one shows
     * as {@code time}. A time that was skipped was at the moment of the skip, since nothing changed meanwhile.
     */
    public Instant machineTime(Instant time) {
        Instant skipped = Instant.MAX;
        for (Map.Entry<Instant, Duration> each : offsets().descendingMap().entrySet()) {
            Instant machine = time.minus(each.getValue());
            if (!machine.isBefore(each.getKey())) {
                return machine.isBefore(skipped) ? machine : skipped;
            }
            skipped = each.getKey();
        }
        throw new IllegalStateException("a clock has a first offset");
    }

    @SuppressWarnings("unchecked")
    private NavigableMap<Instant, Duration> offsets() {
        return state.get("offsets", ConcurrentSkipListMap.class);
    }
}
