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
 */
public final class ResponseCache {

    /** One read in eight tells which answers are wanted: to put them in order costs more than to read them. */
    private static final int OBSERVED = 8 - 1;

    private final ChangeLog log;
    private final Duration maxAge;
    private final Duration maxLag;
    private final LongSupplier nanoTime;
    private final Cache<Question, Place> places;

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
        this.places = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((Question question, Place place) -> question.size() + (question.isSent() ? 0 : place.size()))
                .evictionListener((question, place, cause) -> empty(question, place))
                .executor(Runnable::run)
                .build();
    }

    /** Whether answers are found and kept now: whether this replica knows of all changes. */
    public boolean isOpen() {
        return log.believed();
    }

    /** The answer to a question, or {@code null}. */
    public @Nullable Answer find(Question question) {
        Place place = (ThreadLocalRandom.current().nextInt() & OBSERVED) == 0
                ? places.getIfPresent(question)
                : places.policy().getIfPresentQuietly(question);
        Answer answer = place == null ? null : place.answer;
        return answer != null && answer.holds(log, nanoTime.getAsLong()) ? answer : null;
    }

    /** Lets whatever answers a question be found by what was sent, too. */
    public void alias(Question sent, Question canonical) {
        Place place = places.getIfPresent(canonical);
        if (place != null) {
            places.put(sent, place);
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
            Place place = known == null ? new Place() : known;
            place.answer = answer;
            return place;
        });
    }

    private static void empty(@Nullable Question question, @Nullable Place place) {
        // What was sent is only another way to a place.
        if (question != null && place != null && !question.isSent()) {
            place.answer = null;
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

    /** Where the answer to a question is, whichever it is now. */
    private static final class Place {

        private volatile @Nullable Answer answer;

        int size() {
            Answer kept = answer;
            return kept == null ? 0 : kept.size();
        }
    }
}
