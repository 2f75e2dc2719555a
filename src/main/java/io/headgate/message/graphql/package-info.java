/** The GraphQL API of messages. Imports {@code message}, {@code graphql}, {@code redis} and {@code security}. */
@NullMarked
package io.headgate.message.graphql;

import org.jspecify.annotations.NullMarked;
