/**
 * The GraphQL API of the choice of a database. Imports {@code choice}, {@code error}, {@code security}, {@code graphql}
 * and graphql-java.
 */
@NullMarked
package io.headgate.choice.graphql;

import org.jspecify.annotations.NullMarked;
