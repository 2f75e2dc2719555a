/** The GraphQL API of tables' items. Imports {@code table}, {@code graphql}, {@code security} and {@code error}. */
@NullMarked
package io.headgate.table.graphql;

import org.jspecify.annotations.NullMarked;
