package io.headgate.recovery.graphql;

import io.headgate.error.GatewayException;
import io.headgate.graphql.PageInfo;
import io.headgate.recovery.OperationLedger.Place;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A page of a list, as Relay's connections have it. */
public record Page(List<Edge> edges, boolean hasNext, boolean hasPrevious) {

    private static final int DEFAULT_SIZE = 50;
    private static final int MAX_SIZE = 1_000;

    /** An element at its place. */
    public record Edge(String cursor, Object node) {}

    /** A page of what was read, which is one element more than the page holds where there are more. */
    public static <T> Page of(List<T> read, int size, boolean hasPrevious, Function<T, Place> place) {
        List<Edge> edges = read.stream()
                .limit(size)
                .map(node -> new Edge(Places.write(place.apply(node)), node))
                .toList();
        return new Page(edges, read.size() > size, hasPrevious);
    }

    /** The size that was asked for, 50 when none was; throws INVALID_ARGUMENT for what is not 1 to 1,000. */
    public static int size(@Nullable Integer first) {
        int size = first == null ? DEFAULT_SIZE : first;
        if (size < 1 || size > MAX_SIZE) {
            throw GatewayException.invalidArgument("first is " + size + "; 1 to " + MAX_SIZE + " are allowed");
        }
        return size;
    }

    /** The elements without their places. */
    public List<Object> nodes() {
        return edges.stream().map(Edge::node).toList();
    }

    /** Where it stands. */
    public PageInfo pageInfo() {
        return new PageInfo(
                hasNext,
                hasPrevious,
                edges.isEmpty() ? null : edges.get(0).cursor(),
                edges.isEmpty() ? null : edges.get(edges.size() - 1).cursor());
    }
}
