package io.headgate.user.postgres;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far a reader must have come to serve a read: to every change that this process has answered, and not further
 * behind the primary than a bound. Places are those of {@link Replication}; any thread may call.
 */
final class Horizon {

    /** Where the primary was after a moment: who is there shows all that was committed before that moment. */
    private record Sample(long moment, long place) {}

    private final long maxLag;
    private final LongSupplier clock;
    /** Oldest first, growing in both. */
    private final Deque<Sample> samples = new ArrayDeque<>();

    private boolean primaryAnswers;
    private long changedTo = Long.MIN_VALUE;
    private @Nullable Long unplacedSince;
    private @Nullable Long doubtfulSince;

    /** @param clock nanoseconds that only grow */
    Horizon(Duration maxLag, LongSupplier clock) {
        this.maxLag = maxLag.toNanos();
        this.clock = clock;
    }

    /** The primary was asked at a moment and is at this place. */
    synchronized void sampled(long moment, long place) {
        Sample last = samples.peekLast();
        if (last != null && place < last.place) {
            // Another server has become the primary, and has not all that the former had.
            samples.clear();
            changedTo = Math.min(changedTo, place);
        } else if (last != null && place == last.place) {
            samples.removeLast();
        }
        samples.addLast(new Sample(moment, place));
        while (samples.size() > 2 && moment - second().moment > 2 * maxLag) {
            samples.removeFirst();
        }
        primaryAnswers = true;
        unplacedSince = placed(unplacedSince, moment, place);
        doubtfulSince = placed(doubtfulSince, moment, place);
    }

    /** The primary did not answer. How far the readers lag is as when it last did, for nothing is committed meanwhile. */
    synchronized void primaryAway() {
        primaryAnswers = false;
    }

    /** This process has answered a change; the primary was at this place afterwards, or it is not known where. */
    synchronized void changed(@Nullable Long place) {
        if (place == null) {
            unplacedSince = clock.getAsLong();
        } else {
            changedTo = Math.max(changedTo, place);
        }
    }

    /** This process does not know whether a change was made. */
    synchronized void doubted() {
        doubtfulSince = clock.getAsLong();
    }

    /**
     * The place where a reader must be to show every change answered until now; empty when no reader may be used.
     *
     * @param evenWithDoubt whether changes do not count that may have been made and may not: where the primary is away,
     *     nobody can tell
     */
    synchronized OptionalLong needed(boolean evenWithDoubt) {
        return unplacedSince != null || (doubtfulSince != null && !evenWithDoubt)
                ? OptionalLong.empty()
                : OptionalLong.of(changedTo);
    }

    /** Whether who is at a place lags less than the bound. */
    synchronized boolean isRecent(long place) {
        return lag(place).orElse(Long.MAX_VALUE) <= maxLag;
    }

    /** By how many nanoseconds at the most who is at a place lags behind the primary; empty when it is not known. */
    synchronized OptionalLong lag(long place) {
        Iterator<Sample> newestFirst = samples.descendingIterator();
        while (newestFirst.hasNext()) {
            Sample sample = newestFirst.next();
            if (sample.place <= place) {
                long now = primaryAnswers ? clock.getAsLong() : samples.getLast().moment;
                return OptionalLong.of(now - sample.moment);
            }
        }
        return OptionalLong.empty();
    }

    private @Nullable Long placed(@Nullable Long since, long moment, long place) {
        if (since == null || moment - since <= 0) {
            return since;
        }
        changedTo = Math.max(changedTo, place);
        return null;
    }

    private Sample second() {
        Iterator<Sample> oldestFirst = samples.iterator();
        oldestFirst.next();
        return oldestFirst.next();
    }
}
