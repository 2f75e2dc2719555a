package io.headgate.recovery.rds;

import io.headgate.aws.AwsWork;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.Filter;

/**
 * One kind of thing that RDS describes: how it is asked for, and what its answers hold.
 *
 * @param request sends a query to RDS
 * @param things what a page holds
 * @param marker what the next page is asked for with
 * @param name what RDS tells one thing from another by
 * @param filter the name of RDS's filter by name
 * @param absent what RDS refuses with where there is nothing of a name
 */
public record RdsListing<P, T>(
        Request<P> request,
        Function<P, List<T>> things,
        Function<P, @Nullable String> marker,
        Function<T, String> name,
        String filter,
        Class<? extends Throwable> absent) {

    /** As many as RDS takes. */
    public static final int PAGE = 100;

    private static final int NAMES_A_REQUEST = 50;

    /** How a query is sent. */
    public interface Request<P> {
        CompletionStage<P> send(RdsAsyncClient rds, Query query);
    }

    /**
     * What to describe: all, those that filters let through, the one of a name, or those made of a database.
     *
     * @param marker the page, {@code null} for the first
     */
    public record Query(
            @Nullable String name,
            @Nullable String database,
            @Nullable List<Filter> filters,
            @Nullable String marker) {

        private Query at(@Nullable String page) {
            return new Query(name, database, filters, page);
        }
    }

    /** All that there are. */
    public Uni<List<T>> all(AwsWork<RdsAsyncClient> rds) {
        return pages(rds, new Query(null, null, null, null));
    }

    /** Those that were made of a database. */
    public Uni<List<T>> of(AwsWork<RdsAsyncClient> rds, String database) {
        return pages(rds, new Query(null, database, null, null));
    }

    /** The one of a name, {@code null} when there is none. */
    public Uni<@Nullable T> find(AwsWork<RdsAsyncClient> rds, String wanted) {
        return named(rds, List.of(wanted)).map(found -> first(wanted, found));
    }

    /** Those of some names, by the name they were asked for with; the names of none are missing. */
    public Uni<Map<String, T>> find(AwsWork<RdsAsyncClient> rds, Collection<String> wanted) {
        return named(rds, wanted).map(found -> {
            Map<String, T> byName = new HashMap<>();
            for (String each : wanted) {
                T thing = first(each, found);
                if (thing != null) {
                    byName.put(each, thing);
                }
            }
            return byName;
        });
    }

    /** All of a name, which several may share that are not there at the same time. */
    public Uni<List<T>> having(AwsWork<RdsAsyncClient> rds, String wanted) {
        return named(rds, List.of(wanted));
    }

    /** All that have one of some names, which several may share that are not there at the same time. */
    Uni<List<T>> named(AwsWork<RdsAsyncClient> rds, Collection<String> wanted) {
        List<String> names = List.copyOf(wanted);
        if (names.size() == 1) {
            Query query = new Query(names.get(0), null, null, null);
            return rds.find(client -> request.send(client, query), absent)
                    .map(page -> page == null ? List.of() : things.apply(page));
        }
        List<Uni<List<T>>> requests = new ArrayList<>();
        for (int from = 0; from < names.size(); from += NAMES_A_REQUEST) {
            List<String> some = names.subList(from, Math.min(from + NAMES_A_REQUEST, names.size()));
            Filter byName = Filter.builder().name(filter).values(some).build();
            requests.add(pages(rds, new Query(null, null, List.of(byName), null)));
        }
        return AwsWork.together(requests)
                .map(pages -> pages.stream().flatMap(List::stream).toList());
    }

    private Uni<List<T>> pages(AwsWork<RdsAsyncClient> rds, Query query) {
        return rds.pages((client, page) -> request.send(client, query.at(page)), marker)
                .map(pages -> pages.stream()
                        .flatMap(page -> things.apply(page).stream())
                        .toList());
    }

    private @Nullable T first(String wanted, List<T> found) {
        String lower = wanted.toLowerCase(Locale.ROOT);
        return found.stream()
                .filter(thing -> name.apply(thing).toLowerCase(Locale.ROOT).equals(lower))
                .findFirst()
                .orElse(null);
    }
}
