package io.headgate.localcloud.rds;

import io.headgate.localcloud.PostgresStandby;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * How far a read replica is behind: the time since its source had committed no more than the replica shows, as far as looks
 * at the source tell, which are a second apart.
 */
final class Lag {

    private static final double NANOS = 1e9;

    /** Where the source's log ended when somebody looked, the newest last. */
    private final Deque<Look> looks = new ArrayDeque<>();

    private record Look(long nanoTime, long end) {}

    /** Looks now, and gives the lag in seconds. */
    synchronized double look(PostgresStandby replica) {
        Look now = new Look(System.nanoTime(), replica.endOfSource());
        if (!looks.isEmpty() && looks.getLast().end == now.end) {
            looks.removeLast();
        }
        looks.add(now);
        long replayed = replica.replayed();
        Look shown = looks.getFirst();
        Iterator<Look> older = looks.descendingIterator();
        while (older.hasNext()) {
            Look look = older.next();
            if (look.end <= replayed) {
                shown = look;
                break;
            }
        }
        while (!looks.getFirst().equals(shown)) {
            looks.removeFirst();
        }
        return shown.equals(now) ? 0 : (System.nanoTime() - shown.nanoTime) / NANOS;
    }
}
