package io.headgate.response;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The answers that a replica keeps, bounded by their bytes. An answer is given only while the {@link ChangeLog} is
 * believed and knows of no change to what the answer was made from.
 *
 * <p>It is kept once, under the question's canonical form; the bytes by which it was asked for last lead there too.
 */
public final class ResponseCache {

    /** One read in eight tells which answers are wanted: to put them in order costs more than to read them. */
    private static final int OBSERVED = 8 - 1;

    /** Of the questions and the answer of one place, whatever they are. */
    private static final int LEAST_BYTES = 600;

    /** In bytes: a body of JSON is by that much longer than its canonical form. */
    private static final int ABOUT_AS_LONG = 64;

    private final ChangeLog log;
    private final Duration maxAge;
    private final Duration maxLag;
    private final LongSupplier nanoTime;
    /** By canonical questions. */
    private final Cache<Question, Place> places;

    private final SentQuestions sent;

    /**
     * An empty cache.
     *
     * @param maxBytes about how much memory answers and questions may take
     * @param maxAge how long an answer is kept where nothing asks for less
     * @param maxLag how old what is read as lagging may be
     */
    public ResponseCache(ChangeLog log, long maxBytes, Duration maxAge, Duration maxLag, LongSupplier nanoTime) {
        this.log = log;
        this.maxAge = maxAge;
        this.maxLag = maxLag;
        this.nanoTime = nanoTime;
        this.sent = new SentQuestions(maxBytes / LEAST_BYTES);
        this.places = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((Question canonical, Place place) -> place.size())
                .evictionListener((canonical, place, cause) -> empty(place))
                .executor(Runnable::run)
                .build();
    }

    /** Whether answers are found and kept now: whether this replica knows of all changes. */
    public boolean isOpen() {
        return log.believed();
    }

    /** The answer to a question, or {@code null}. */
    public @Nullable Answer find(Question question) {
        Place place = question.isSent() ? sent.find(question) : places.policy().getIfPresentQuietly(question);
        if (place != null && (ThreadLocalRandom.current().nextInt() & OBSERVED) == 0) {
            place = places.getIfPresent(place.canonical);
        }
        Answer answer = place == null ? null : place.answer;
        return answer != null && answer.holds(log, nanoTime.getAsLong()) ? answer : null;
    }

    /** Lets what answers a canonical question be found by what was sent, too, until it is found by other bytes. */
    public void alias(Question asked, Question canonical) {
        Place place = places.policy().getIfPresentQuietly(canonical);
        if (place == null) {
            return;
        }
        int weighed = place.size();
        place.sent = asked;
        sent.put(asked, place);
        if (place.size() > weighed) {
            places.put(canonical, place);
        }
    }

    /** Begins an answer. What it is made from must be read after this. */
    public Making begin() {
        return new Making(log.basis(), nanoTime.getAsLong(), maxAge);
    }

    /**
     * Keeps an answer, if it may be kept.
     *
     * @return the answer that is kept, or {@code null}
     */
    public @Nullable Answer keep(Question canonical, Making making, byte[] body) {
        Answer answer = making.answer(body, log, maxLag);
        if (answer != null) {
            put(canonical, answer);
        }
        return answer;
    }

    /**
     * Takes over what another replica made.
     *
     * @return the answer that is kept, or {@code null} where it is not true any more
     */
    @Nullable
    Answer adopt(Question canonical, Answer made) {
        Answer answer = made.unchecked();
        if (!answer.holds(log, nanoTime.getAsLong())) {
            return null;
        }
        put(canonical, answer);
        return answer;
    }

    private void put(Question canonical, Answer answer) {
        places.asMap().compute(canonical, (same, known) -> {
            Place place = known == null ? new Place(same) : known;
            place.answer = answer;
            return place;
        });
    }

    private static void empty(@Nullable Place place) {
        if (place != null) {
            place.answer = null;
            place.sent = null;
        }
    }

    long now() {
        return nanoTime.getAsLong();
    }

    /** How long ago an answer was made. */
    public Duration age(Answer answer) {
        return Duration.ofNanos(now() - answer.madeAt());
    }

    /** About how many bytes are kept. */
    public long bytes() {
        places.cleanUp();
        return places.policy().eviction().orElseThrow().weightedSize().orElseThrow();
    }

    /** Where the answer to a question is, whichever it is now, until it is evicted. */
    static final class Place {

        private final Question canonical;
        private volatile @Nullable Question sent;
        private volatile @Nullable Answer answer;

        Place(Question canonical) {
            this.canonical = canonical;
        }

        /** Whether it is these bytes that lead to it. */
        boolean isOf(Question asked) {
            Question last = sent;
            return last != null && last.equals(asked);
        }

        /** Whether nothing leads to it. */
        boolean isEmpty() {
            return sent == null;
        }

        /** About how many bytes it takes, with a question that is as long as the canonical one where there is none yet. */
        int size() {
            Answer kept = answer;
            Question asked = sent;
            int known = canonical.size();
            int other = asked == null || asked.size() - known < ABOUT_AS_LONG ? known : asked.size();
            return known + other + (kept == null ? 0 : kept.size());
        }
    }
}
