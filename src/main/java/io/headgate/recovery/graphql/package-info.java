/**
 * The GraphQL API of databases, snapshots, restores and operations. Imports {@code recovery}, {@code error} and {@code
 * graphql}.
 */
@NullMarked
package io.headgate.recovery.graphql;

import org.jspecify.annotations.NullMarked;
