package io.headgate.response;

import io.headgate.redis.SharedRedis;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The answers that replicas leave for each other in Redis. What is found there is shown only if it is still true by this
 * replica's own {@link ChangeLog}, so that nothing has to be removed. Redis away is nothing found.
 */
public final class SharedAnswers {

    private static final Logger LOG = Logger.getLogger(SharedAnswers.class);
    private static final String BEFORE_BODY = "\n\n";

    private final ResponseCache cache;
    private final SharedRedis redis;
    private final String prefix;
    private final Clock clock;

    /** @param prefix what its keys begin with */
    public SharedAnswers(ResponseCache cache, SharedRedis redis, String prefix, Clock clock) {
        this.cache = cache;
        this.redis = redis;
        this.prefix = prefix + ":answer:";
        this.clock = clock;
    }

    /** What another replica answered to a question, which is in the cache from then on; nothing where it is not true any more. */
    public Uni<Optional<Answer>> find(Question canonical) {
        if (!redis.isAvailable()) {
            return Uni.createFrom().item(Optional.empty());
        }
        return redis.get(prefix + canonical.digest())
                .map(found -> found.map(this::read).map(answer -> cache.adopt(canonical, answer)))
                .onFailure()
                .recoverWithItem(away -> Optional.empty());
    }

    /** Leaves an answer to others. Returns at once. */
    public void keep(Question canonical, Answer answer) {
        Duration left = answer.left(cache.now());
        if (left.toMillis() < 1 || !redis.isAvailable()) {
            return;
        }
        redis.set(prefix + canonical.digest(), write(answer), left)
                .subscribe()
                .with(kept -> {}, away -> LOG.debugf("an answer was not shared: %s", away.getMessage()));
    }

    /** The epoch, the number, when it was made and until when it is kept, in ms, and the tags; then the body. */
    private String write(Answer answer) {
        long now = cache.now();
        long wall = clock.millis();
        StringBuilder text = new StringBuilder(answer.body().length + 200)
                .append(answer.basis().epoch())
                .append('\n')
                .append(answer.basis().number())
                .append('\n')
                .append(wall - Duration.ofNanos(now - answer.madeAt()).toMillis())
                .append('\n')
                .append(wall + answer.left(now).toMillis());
        answer.tags().forEach(tag -> text.append('\n').append(tag));
        return text.append(BEFORE_BODY)
                .append(new String(answer.body(), StandardCharsets.UTF_8))
                .toString();
    }

    private @Nullable Answer read(String text) {
        int end = text.indexOf(BEFORE_BODY);
        List<String> head = List.of(text.substring(0, Math.max(end, 0)).split("\n", -1));
        if (head.size() < 5) {
            return null;
        }
        long now = cache.now();
        long wall = clock.millis();
        try {
            return new Answer(
                    text.substring(end + BEFORE_BODY.length()).getBytes(StandardCharsets.UTF_8),
                    new Basis(head.get(0), Long.parseLong(head.get(1))),
                    Set.copyOf(head.subList(4, head.size())),
                    now - Duration.ofMillis(wall - Long.parseLong(head.get(2))).toNanos(),
                    now + Duration.ofMillis(Long.parseLong(head.get(3)) - wall).toNanos());
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
