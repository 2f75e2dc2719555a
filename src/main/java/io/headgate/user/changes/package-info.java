/**
 * What becomes of changes that the stores tell: one reader at a time for each store puts them into one log in Redis, from
 * which every replica serves subscribers. Why none is lost, and none of one user overtakes another, is written in {@code
 * docs/adr/0011-changes.md}. Imports {@code user}, {@code error}, {@code redis} and the Redis client's answers.
 */
@NullMarked
package io.headgate.user.changes;

import org.jspecify.annotations.NullMarked;
