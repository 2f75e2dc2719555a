package io.headgate.response;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The answers that a replica keeps, bounded by their bytes. An answer is given only while the {@link ChangeLog} is
 * believed and knows of no change to what the answer was made from.
 *
 * <p>It is kept once, under the question's canonical form; the bytes by which it was asked for last lead there too.
 */
public final class ResponseCache {

    private final ChangeLog log;
    private final Duration maxAge;
    private final Duration maxLag;
    private final LongSupplier nanoTime;
    private final AnswerMemory answers;

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
        this.answers = new AnswerMemory(maxBytes);
    }

    /** Whether answers are found and kept now: whether this replica knows of all changes. */
    public boolean isOpen() {
        return log.believed();
    }

    /** The answer to a question, or {@code null}. */
    public @Nullable Answer find(Question question) {
        return log.believed() ? answers.find(question, answer -> answer.holds(log, nanoTime.getAsLong())) : null;
    }

    /** Lets what answers a canonical question be found by what was sent, too, until it is asked for by other bytes. */
    public void alias(Question sent, Question canonical) {
        answers.alias(sent, canonical);
    }

    /** Begins an answer. What it is made from must be read after this. */
    public Making begin() {
        return new Making(log.basis(), nanoTime.getAsLong(), maxAge);
    }

    /**
     * Keeps an answer, if it may be kept.
     *
     * @param sent the bytes by which it is found, too
     * @return the answer that is kept, or {@code null}
     */
    public @Nullable Answer keep(Question canonical, @Nullable Question sent, Making making, byte[] body) {
        Answer answer = making.answer(body, log, maxLag);
        if (answer != null) {
            answers.put(canonical, sent, answer);
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
        answers.put(canonical, null, answer);
        return answer;
    }

    long now() {
        return nanoTime.getAsLong();
    }

    /** How long ago an answer was made. */
    public Duration age(Answer answer) {
        return Duration.ofNanos(now() - answer.madeAt());
    }

    /** How many bytes are kept. */
    public long bytes() {
        return answers.bytes();
    }
}
