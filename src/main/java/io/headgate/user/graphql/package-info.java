/**
 * The GraphQL API of users: what answers each field, how ids, cursors and inputs are read, and how lookups of one level
 * become one batch. Imports {@code user}, {@code user.changes}, {@code graphql}, {@code security},
 * {@code error} and graphql-java.
 */
@NullMarked
package io.headgate.user.graphql;

import org.jspecify.annotations.NullMarked;
