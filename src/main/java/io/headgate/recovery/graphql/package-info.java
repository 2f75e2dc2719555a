/**
 * The GraphQL API of databases, snapshots, restores and operations. Imports {@code recovery}, {@code error},
 * {@code security}, {@code graphql} and graphql-java.
 */
@NullMarked
package io.headgate.recovery.graphql;

import org.jspecify.annotations.NullMarked;
