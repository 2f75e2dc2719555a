/**
 * GraphQL for every feature: the engine that runs operations, the scalars, batching and the errors. Features contribute
 * a {@link io.headgate.graphql.GraphQlApi}. Imports {@code error} and graphql-java alone.
 */
@NullMarked
package io.headgate.graphql;

import org.jspecify.annotations.NullMarked;
