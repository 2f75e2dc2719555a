package io.headgate.localcloud.query;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of what an action describes, in the order of names: {@code MaxRecords} from 20 to the largest page, which is the default; the {@code
 * Marker} is the last name of the page before, so that what comes and goes meanwhile repeats and loses nothing else.
 *
 * @param marker where the next page begins, if there is one
 */
public record Listing<T>(List<T> page, @Nullable String marker) {

    private static final int SMALLEST_PAGE = 20;
    private static final int LARGEST_PAGE = 100;

    /** All that there are of something, as their service lists them. */
    public static <T> Listing<T> of(
            Collection<T> all, QueryRequest request, Function<T, String> name, int largestPage) {
        return of(all, request, name, largestPage, Set.of(), (each, filter) -> null);
    }

    /**
     * Lists what passes the request's filters.
     *
     * @param values the values of a member that a filter compares, null where there is no such filter
     */
    public static <T> Listing<T> of(
            Collection<T> all,
            QueryRequest request,
            Function<T, String> name,
            Set<String> filters,
            BiFunction<T, String, @Nullable Set<String>> values) {
        return of(all, request, name, LARGEST_PAGE, filters, values);
    }

    private static <T> Listing<T> of(
            Collection<T> all,
            QueryRequest request,
            Function<T, String> name,
            int largestPage,
            Set<String> filters,
            BiFunction<T, String, @Nullable Set<String>> values) {
        int size = request.integer("MaxRecords", SMALLEST_PAGE, largestPage).orElse(largestPage);
        Map<String, List<String>> wanted = request.filters();
        for (String filter : wanted.keySet()) {
            if (!filters.contains(filter)) {
                throw QueryError.invalidValue("Unrecognized filter name: " + filter);
            }
        }
        String after = request.find("Marker");
        List<T> rest = all.stream()
                .filter(each -> after == null || name.apply(each).compareTo(after) > 0)
                .filter(each -> wanted.entrySet().stream()
                        .allMatch(filter -> matches(values.apply(each, filter.getKey()), filter.getValue())))
                .sorted(Comparator.comparing(name))
                .limit(size + 1L)
                .toList();
        if (rest.size() <= size) {
            return new Listing<>(rest, null);
        }
        List<T> page = rest.subList(0, size);
        return new Listing<>(page, name.apply(page.get(size - 1)));
    }

    private static boolean matches(@Nullable Set<String> values, List<String> wanted) {
        return values != null
                && values.stream()
                        .map(value -> value.toLowerCase(Locale.ROOT))
                        .anyMatch(value -> wanted.stream().anyMatch(value::equalsIgnoreCase));
    }

    /** Writes the page. */
    public void write(XmlResponse xml, String list, Consumer<T> each) {
        xml.text("Marker", marker);
        xml.list(list, page, each);
    }
}
