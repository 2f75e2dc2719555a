/** The GraphQL API of leaderboards. Imports {@code leaderboard}, {@code graphql}, {@code redis} and {@code security}. */
@NullMarked
package io.headgate.leaderboard.graphql;

import org.jspecify.annotations.NullMarked;
