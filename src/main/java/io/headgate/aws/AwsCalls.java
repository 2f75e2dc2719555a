package io.headgate.aws;

import io.headgate.aws.AwsFailures.Kind;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls of AWS as {@link Uni}s. Each sends when subscribed to, gives its result on the Vert.x context it was subscribed
 * on, where there is one, instead of a thread of the SDK, abandons the request when cancelled, and ends in time. They fail
 * with what the SDK failed with, or with a time-out; {@link AwsFailures} tells what that means.
 */
public final class AwsCalls {

    private static final int MAX_ATTEMPTS = 3;

    /** Vert.x, which has the timers, takes no shorter time. */
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));

    private AwsCalls() {}

    /** One request, sent once. */
    public static <T> Uni<T> call(Supplier<? extends CompletionStage<T>> request, Duration limit) {
        if (limit.compareTo(SHORTEST) < 0) {
            return Uni.createFrom().failure(OutOfTimeException::new);
        }
        return onCallersContext(Uni.createFrom()
                .<T>completionStage(request)
                .ifNoItem()
                .after(limit)
                .fail());
    }

    /**
     * A request that has the same effect however often it is executed: a read, or a change that carries an idempotency
     * token. Sent up to {@value #MAX_ATTEMPTS} times while answers are lost or the service can't be reached.
     *
     * @param attemptLimit how long to wait for the answer to one attempt
     */
    public static <T> Uni<T> repeatable(
            Supplier<? extends CompletionStage<T>> request, Deadline deadline, Duration attemptLimit) {
        return send(request, EnumSet.of(Kind.NOT_SENT, Kind.LOST), deadline, attemptLimit, 1, false);
    }

    /** A change that must not be executed twice: sent again only when it certainly never reached the service. */
    public static <T> Uni<T> once(Supplier<? extends CompletionStage<T>> request, Deadline deadline) {
        return send(request, EnumSet.of(Kind.NOT_SENT), deadline, null, 1, false);
    }

    /** Completes after a time, with nothing. */
    public static Uni<Void> pause(Duration pause) {
        Duration possible = pause.compareTo(SHORTEST) < 0 ? SHORTEST : pause;
        return onCallersContext(Uni.createFrom().voidItem().onItem().delayIt().by(possible));
    }

    private static <T> Uni<T> send(
            Supplier<? extends CompletionStage<T>> request,
            Set<Kind> again,
            Deadline deadline,
            @Nullable Duration attemptLimit,
            int attempt,
            boolean lostBefore) {
        return Uni.createFrom()
                .deferred(() -> call(request, shorter(attemptLimit, deadline.remaining())))
                .onFailure()
                .recoverWithUni(failure -> {
                    Kind kind = AwsFailures.kind(failure);
                    boolean lost = lostBefore || kind == Kind.LOST;
                    Duration pause = BACKOFF.pause(attempt);
                    if (again.contains(kind) && attempt < MAX_ATTEMPTS && deadline.allows(pause)) {
                        return pause(pause)
                                .chain(() -> send(request, again, deadline, attemptLimit, attempt + 1, lost));
                    }
                    boolean untold = lost && (kind == Kind.NOT_SENT || kind == Kind.THROTTLED);
                    return Uni.createFrom().failure(untold ? new AnswerLostException(failure) : failure);
                });
    }

    private static Duration shorter(@Nullable Duration a, Duration b) {
        return a != null && a.compareTo(b) < 0 ? a : b;
    }

    private static <T> Uni<T> onCallersContext(Uni<T> uni) {
        return Uni.createFrom().deferred(() -> {
            Context context = Vertx.currentContext();
            return context == null ? uni : uni.emitOn(task -> context.runOnContext(ignored -> task.run()));
        });
    }
}
