package io.headgate.graphql;

import org.jspecify.annotations.Nullable;

/**
 * Where a page stands in its list.
 *
 * @see <a href="https://relay.dev/graphql/connections.htm#sec-undefined.PageInfo">Relay's cursor connections</a>
 */
public record PageInfo(
        boolean hasNextPage,
        boolean hasPreviousPage,
        @Nullable String startCursor,
        @Nullable String endCursor) {}
