/** Leaderboards, kept in Redis. Imports {@code error} and {@code redis}. */
@NullMarked
package io.headgate.leaderboard;

import org.jspecify.annotations.NullMarked;
