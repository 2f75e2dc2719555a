/** The GraphQL API of sessions. Imports {@code session}, {@code graphql}, {@code security} and {@code error}. */
@NullMarked
package io.headgate.session.graphql;

import org.jspecify.annotations.NullMarked;
