package io.headgate.graphql;

import graphql.GraphQLContext;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the fields at the root of an operation were answered with, by their keys in the response: nothing is done a second time. */
final class Fetched {

    /** Nothing yet. */
    static final Fetched NOTHING = new Fetched(Map.of());

    private final Map<String, CompletableFuture<?>> values;

    private Fetched(Map<String, CompletableFuture<?>> values) {
        this.values = values;
    }

    /** A field that was answered. */
    static Fetched of(String key, @Nullable Object value) {
        return new Fetched(Map.of(key, CompletableFuture.completedFuture(value)));
    }

    /** A field that could not be answered. */
    static Fetched failed(String key, Throwable failure) {
        return new Fetched(Map.of(key, CompletableFuture.failedFuture(failure)));
    }

    /** Begins to answer each of these fields. */
    static Fetched of(Map<String, Fetch> fields) {
        Map<String, CompletableFuture<?>> values = new LinkedHashMap<>();
        fields.forEach((key, fetch) -> values.put(key, begin(fetch)));
        return new Fetched(values);
    }

    private static CompletableFuture<?> begin(Fetch fetch) {
        try {
            return fetch.begin() instanceof CompletableFuture<?> future
                    ? future
                    : CompletableFuture.failedFuture(new IllegalStateException("a root field is answered later"));
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Completes when all are answered. */
    CompletableFuture<Void> all() {
        return CompletableFuture.allOf(values.values().toArray(CompletableFuture[]::new));
    }

    /** The answer to a field, once {@link #all} has completed. */
    @Nullable
    Object value(String key) {
        CompletableFuture<?> value = values.get(key);
        return value == null ? null : value.getNow(null);
    }

    /** Answers a field with what the operation has been answered with already. */
    static DataFetcher<?> orElse(DataFetcher<?> fetcher) {
        return environment -> {
            CompletableFuture<?> known = known(environment);
            return known == null ? fetcher.get(environment) : known;
        };
    }

    private static @Nullable CompletableFuture<?> known(DataFetchingEnvironment environment) {
        GraphQLContext context = environment.getGraphQlContext();
        Fetched fetched = context.get(Fetched.class);
        return fetched == null || fetched.values.isEmpty()
                ? null
                : fetched.values.get(environment.getExecutionStepInfo().getResultKey());
    }

    /** Begins what a data fetcher does. */
    interface Fetch {

        @Nullable
        Object begin() throws Exception;
    }
}
