package io.headgate.limit;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * What one client may still do, as this replica knows: tokens that Redis has lent, and what the client has done here, which
 * is what counts while Redis is away. Times are nanoseconds of one clock that begins at 0. Can be used by any thread.
 */
final class Bucket {

    /** Nothing is to be waited for: go on. */
    static final long GRANTED = 0;

    /** Redis must be asked. */
    static final long UNKNOWN = -1;

    /** For how long lent tokens can be used; those of a client that goes on are used sooner. */
    private static final long LEASE = TimeUnit.SECONDS.toNanos(10);

    /** Redis is not asked more often for a client that has nothing left, who may be flooding. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

    private final String key;
    private final Rate rate;
    private final Queue<LongConsumer> waiting = new ArrayDeque<>(0);

    private long tokens;
    private long lentUntil;
    private long emptyUntil;
    /** When as much could be done here as after a pause, where this were the only replica. */
    private long fullAt;

    private boolean isAsking;

    /** @param key of the client in Redis */
    Bucket(String key, Rate rate) {
        this.key = key;
        this.rate = rate;
    }

    String key() {
        return key;
    }

    /** Takes a token. {@link #GRANTED}, {@link #UNKNOWN}, or how long to wait for one. */
    synchronized long take(long now) {
        return waiting.isEmpty() ? taken(now) : UNKNOWN;
    }

    /** Takes a token now or when Redis has answered. {@code answer} is called once, by any thread, as {@link #take} answers. */
    void take(long now, LongConsumer answer) {
        long known;
        synchronized (this) {
            known = take(now);
            if (known == UNKNOWN) {
                if (waiting.size() < rate.burst()) {
                    waiting.add(answer);
                    return;
                }
                known = PAUSE;
            }
        }
        answer.accept(known);
    }

    private long taken(long now) {
        if (now >= lentUntil && tokens > 0) {
            tokens = 0;
        }
        if (tokens > 0) {
            tokens--;
            count(now);
            return GRANTED;
        }
        return now < emptyUntil ? emptyUntil - now : UNKNOWN;
    }

    private void count(long now) {
        fullAt = Math.max(fullAt, now) + rate.interval();
    }

    /** How long to wait until something may be done again, as far as is known here; 0 for no time. */
    synchronized long pause(long now) {
        return Math.max(Math.max(emptyUntil - now, alone(now)), 0);
    }

    /** How long a client would have to wait for what this replica alone let it do. */
    private long alone(long now) {
        return Math.max(fullAt, now) + rate.interval() - now - rate.burst() * rate.interval();
    }

    /** How many tokens to ask Redis for, which the caller then does; 0 where that is not needed or being done. */
    synchronized int wanted(long now) {
        boolean isLow = tokens < (rate.lease() + 1) / 2 && now >= emptyUntil;
        if (isAsking || (waiting.isEmpty() && !isLow)) {
            return 0;
        }
        isAsking = true;
        return Math.min(rate.burst(), waiting.size() + rate.lease());
    }

    /**
     * Takes what Redis answered.
     *
     * @param wanted what it was asked for
     * @param pause after which there is more, where it granted nothing
     */
    void lent(long now, int wanted, long granted, long pause) {
        Queue<Runnable> answers = new ArrayDeque<>();
        synchronized (this) {
            isAsking = false;
            tokens = (now < lentUntil ? tokens : 0) + granted;
            lentUntil = now + LEASE;
            if (granted < wanted) {
                emptyUntil = now + Math.max(pause, PAUSE);
            }
            while (!waiting.isEmpty() && (tokens > 0 || now < emptyUntil)) {
                LongConsumer next = waiting.remove();
                long answer = taken(now);
                answers.add(() -> next.accept(answer));
            }
        }
        answers.forEach(Runnable::run);
    }

    /** Goes on without Redis, by what was done here alone. */
    void goAlone(long now) {
        Queue<Runnable> answers = new ArrayDeque<>();
        synchronized (this) {
            isAsking = false;
            while (!waiting.isEmpty()) {
                LongConsumer next = waiting.remove();
                long wait = Math.max(alone(now), GRANTED);
                if (wait == GRANTED) {
                    count(now);
                }
                answers.add(() -> next.accept(wait));
            }
        }
        answers.forEach(Runnable::run);
    }
}
