package io.headgate.aws;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.CompositeException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one piece of work to one service, together within its time. They fail with a {@link GatewayException}.
 */
public final class AwsWork<C> {

    private static final int MAX_PAGES = 100;
    private static final int MAX_PARALLEL = 8;

    private final C client;
    private final AwsFailures failures;
    private final Deadline deadline;
    private final Duration attemptTimeout;

    AwsWork(C client, AwsFailures failures, Deadline deadline, Duration attemptTimeout) {
        this.client = client;
        this.failures = failures;
        this.deadline = deadline;
        this.attemptTimeout = attemptTimeout;
    }

    /** A read, sent again where its answer is lost. */
    public <T> Uni<T> read(Function<C, ? extends CompletionStage<T>> request) {
        return readable(request).onFailure().transform(failures::ofRead);
    }

    /** A read of something that may not exist: {@code null} where AWS refuses with that exception. */
    public <T> Uni<@Nullable T> find(
            Function<C, ? extends CompletionStage<T>> request, Class<? extends Throwable> absent) {
        return readable(request).onFailure(absent).recoverWithNull().onFailure().transform(failures::ofRead);
    }

    /** What is read before a change is sent. Where that took too long the change is UNAVAILABLE, for nothing was sent. */
    public <T> Uni<T> beforeChange(Uni<T> reading) {
        return reading.onFailure(
                        e -> e instanceof GatewayException known && known.code() == ErrorCode.DEADLINE_EXCEEDED)
                .transform(
                        e -> GatewayException.of(ErrorCode.UNAVAILABLE, e.getMessage() + "; nothing was changed", e));
    }

    /** A change, sent again only when it certainly was not executed. */
    public <T> Uni<T> change(Function<C, ? extends CompletionStage<T>> request) {
        return AwsCalls.<T>once(() -> request.apply(client), deadline)
                .onFailure()
                .transform(failures::ofChange);
    }

    /**
     * A change that has the same effect however often it is executed, sent again where its answer is lost. Fails as a read
     * does, for it may be tried again.
     */
    public <T> Uni<T> repeatableChange(Function<C, ? extends CompletionStage<T>> request) {
        return read(request);
    }

    /**
     * A change that is looked for before it is made: sent once. Where its answer is lost it is UNAVAILABLE, for it may be
     * looked for and tried again.
     */
    public <T> Uni<T> checkedChange(Function<C, ? extends CompletionStage<T>> request) {
        return change(request)
                .onFailure(e -> e instanceof GatewayException known && known.code() == ErrorCode.OUTCOME_UNKNOWN)
                .transform(e -> GatewayException.of(
                        ErrorCode.UNAVAILABLE, "AWS failed to answer: what is set is read before it is set again", e));
    }

    /**
     * All pages of a list, in order. Fails with RESOURCE_EXHAUSTED when there are more than {@value #MAX_PAGES}.
     *
     * @param page asks for the page that a token names, {@code null} for the first
     * @param next the token of the page that follows; {@code null} or empty when none does
     */
    public <P> Uni<List<P>> pages(
            BiFunction<C, @Nullable String, ? extends CompletionStage<P>> page, Function<P, @Nullable String> next) {
        return pagesFrom(null, page, next, new ArrayList<>());
    }

    /** What there is for each of some keys, asked for in parallel, but not for all at once. */
    public <K, V> Uni<Map<K, V>> each(Collection<K> keys, Function<K, Uni<@Nullable V>> one) {
        List<Uni<Map<K, V>>> answers = new ArrayList<>();
        for (K key : keys) {
            answers.add(one.apply(key).map(value -> value == null ? Map.of() : Map.of(key, value)));
        }
        return together(answers).map(found -> {
            Map<K, V> all = new HashMap<>();
            found.forEach(all::putAll);
            return all;
        });
    }

    /**
     * All the answers, in the order of the requests, not more than {@value #MAX_PARALLEL} of them sent at once; where some
     * fail, once all have ended, the first failure.
     */
    public static <T> Uni<List<T>> together(List<Uni<T>> requests) {
        if (requests.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        // What fails together, as requests to one service do, would be logged as dropped if the first ended it.
        return Uni.join()
                .all(requests)
                .usingConcurrencyOf(MAX_PARALLEL)
                .andCollectFailures()
                .onFailure(CompositeException.class)
                .transform(e -> e.getCauses().get(0));
    }

    private <T> Uni<T> readable(Function<C, ? extends CompletionStage<T>> request) {
        return AwsCalls.repeatable(() -> request.apply(client), deadline, attemptTimeout);
    }

    private <P> Uni<List<P>> pagesFrom(
            @Nullable String token,
            BiFunction<C, @Nullable String, ? extends CompletionStage<P>> page,
            Function<P, @Nullable String> next,
            List<P> pages) {
        if (pages.size() == MAX_PAGES) {
            return Uni.createFrom()
                    .failure(GatewayException.tooMuchWork(
                            "the list has more than " + MAX_PAGES + " pages at AWS: ask for those of one database"));
        }
        return this.<P>read(aws -> page.apply(aws, token)).chain(answer -> {
            pages.add(answer);
            String following = next.apply(answer);
            return following == null || following.isEmpty()
                    ? Uni.createFrom().item(pages)
                    : pagesFrom(following, page, next, pages);
        });
    }
}
