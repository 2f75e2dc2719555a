package io.headgate.response;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The answers that a replica keeps, bounded by their bytes. An answer is given only while the {@link ChangeLog} is
 * believed and knows of no change to what the answer was made from.
 */
public final class ResponseCache {

    private final ChangeLog log;
    private final Duration maxAge;
    private final Duration maxLag;
    private final LongSupplier nanoTime;
    private final Cache<Question, Answer> answers;

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
        this.answers = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((Question question, Answer answer) -> question.size() + answer.size())
                .executor(Runnable::run)
                .build();
    }

    /** Whether answers are found and kept now: whether this replica knows of all changes. */
    public boolean isOpen() {
        return log.believed();
    }

    /** The answer to a question, or {@code null}. */
    public @Nullable Answer find(Question question) {
        Answer answer = answers.getIfPresent(question);
        return answer != null && answer.holds(log, nanoTime.getAsLong()) ? answer : null;
    }

    /** Lets an answer be found by what was sent, too. */
    public void alias(Question sent, Answer answer) {
        answers.put(sent, answer);
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
            answers.put(canonical, answer);
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
        answers.put(canonical, answer);
        return answer;
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
        answers.cleanUp();
        return answers.policy().eviction().orElseThrow().weightedSize().orElseThrow();
    }
}
