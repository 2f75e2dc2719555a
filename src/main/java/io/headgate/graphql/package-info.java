/**
 * GraphQL for every feature: the engine that runs operations, the scalars, batching and the errors. Features contribute
 * a {@link io.headgate.graphql.GraphQlApi}. Imports {@code error}, {@code security}, {@code audit}, {@code json}, {@code response} and graphql-java.
 */
@NullMarked
package io.headgate.graphql;

import org.jspecify.annotations.NullMarked;
